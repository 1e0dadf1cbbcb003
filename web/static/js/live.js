// What is new while a page is open: the bell, and an offer to show it. Nothing that is read moves.

let source = null;

// One connection for the page in front of somebody's eyes; the others ask when they are looked at.
function connect() {
  const bell = document.querySelector("[data-live]");
  if (source || !bell || document.hidden) return;
  source = new EventSource(bell.dataset.live);
  source.addEventListener("news", (event) => hear(JSON.parse(event.data)));
}

function disconnect() {
  source?.close();
  source = null;
}

function hear(news) {
  const bell = document.querySelector("[data-live]");
  bell.querySelector("[data-bell]").textContent = news.label;
  bell.querySelector(".bell-dot").hidden = !news.new;
  for (const dot of document.querySelectorAll("[data-letters]")) dot.hidden = !news.hasLetters;
  document.dispatchEvent(new CustomEvent("letters", { detail: news.letter }));
  const offer = document.querySelector("[data-newest]");
  if (!offer || !news.new || news.newest <= Number(offer.dataset.newest)) return;
  offer.querySelector("[data-offer]").textContent = news.offer;
  offer.hidden = false;
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) disconnect();
  else connect();
});
addEventListener("pagehide", disconnect);
addEventListener("pageshow", connect);
connect();
