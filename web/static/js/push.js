// Subscribes this browser to pushes. Without this file mails take their place.

const box = document.querySelector("[data-push-key]");
const form = box.querySelector("form");
const isApple =
  /iPhone|iPad|iPod/.test(navigator.userAgent) ||
  (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);

function show(state) {
  for (const part of box.querySelectorAll("[data-push]")) {
    part.hidden = part.dataset.push !== state;
  }
}

async function look() {
  if (!("PushManager" in window) || !navigator.serviceWorker) {
    show(isApple ? "coach" : "unable");
  } else if (Notification.permission === "denied") {
    show("denied");
  } else {
    const { pushManager } = await navigator.serviceWorker.ready;
    const subscription = await pushManager.getSubscription();
    show(subscription && "known" in box.dataset ? "on" : "off");
  }
}

// Anew each time: an old subscription may be somebody else's, or of a key that there is no more.
async function subscribe() {
  const { pushManager } = await navigator.serviceWorker.ready;
  await (await pushManager.getSubscription())?.unsubscribe();
  const text = atob(box.dataset.pushKey.replaceAll("-", "+").replaceAll("_", "/"));
  const applicationServerKey = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  const { endpoint, keys } = made.toJSON();
  Object.entries({ endpoint, ...keys }).forEach(([name, value]) => {
    if (form.elements[name]) form.elements[name].value = value;
  });
  form.submit();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  subscribe().catch(() => show(Notification.permission === "denied" ? "denied" : "unable"));
});

look();
