// A conversation that is open: what comes in is put at its end, and is read with that.

let heard = document.querySelector("[data-newest-letter]")?.dataset.newestLetter;

document.addEventListener("letters", async ({ detail: letter }) => {
  const talk = document.querySelector("[data-newest-letter]");
  if (!talk || letter === heard) return;
  heard = letter;
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = [...page.querySelectorAll("[data-newest-letter] [data-letter]")].filter(
    ({ dataset }) => !talk.querySelector(`[data-letter="${dataset.letter}"]`),
  );
  for (const each of fresh) put(each, talk);
});

// Under its day, which may have just begun.
function put(letter, talk) {
  const day = letter.closest("[data-day]");
  const here = talk.querySelector(`[data-day="${day.dataset.day}"]`);
  if (here) {
    letter.removeAttribute("id");
    here.querySelector(".letters").append(letter);
  } else {
    talk.append(day);
  }
}
