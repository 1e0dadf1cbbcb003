// Makes pages quicker and kinder where scripts run. Every page works without this file.

const { htmx } = window;
const root = document.documentElement;

root.classList.add("js");

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  // Pages are personal: none is kept in the browser's storage.
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollBehavior: "auto",
  // A refused form comes back as a page with its errors, and an error page is a page too.
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

const isBoosted = (event) => event.detail.boosted || event.detail.requestConfig?.boosted;

const needs = (page) =>
  [...page.head.querySelectorAll("link[rel=stylesheet], script[src]")]
    .map((node) => node.getAttribute("href") ?? node.getAttribute("src"))
    .join();

// A boosted visit replaces what is in the body; the frame's own attributes follow here.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isBoosted(event)) return;
  const { xhr, serverResponse } = event.detail;
  const page = new DOMParser().parseFromString(serverResponse, "text/html");
  event.detail.shouldSwap = true;
  if (xhr.status < 400 && needs(page) !== needs(document)) {
    event.detail.shouldSwap = false;
    location.assign(xhr.responseURL);
    return;
  }
  for (const name of ["lang", "dir", "data-theme"]) {
    root.setAttribute(name, page.documentElement.getAttribute(name) ?? "");
  }
  document.body.className = page.body.className;
});

// Offline, an ordinary visit shows the page that says so.
document.addEventListener("htmx:sendError", (event) => {
  const { verb, path } = event.detail.requestConfig;
  if (isBoosted(event) && verb === "get") location.assign(path);
});

document.addEventListener("htmx:afterSettle", (event) => {
  prepare(document);
  if (isBoosted(event)) focusOnNews();
});

function focusOnNews() {
  const news = document.querySelector("#error-summary, main h1");
  if (!news) return;
  if (!news.hasAttribute("tabindex")) news.tabIndex = -1;
  news.focus({ preventScroll: news.id !== "error-summary" });
}

function say(text, { unseen = false } = {}) {
  const line = document.createElement("div");
  line.className = unseen ? "visually-hidden" : "";
  line.append(Object.assign(document.createElement("p"), { textContent: text }));
  document.getElementById("spoken").replaceChildren(line);
  setTimeout(() => line.remove(), 6000);
}

// What only works with scripts is hidden in the page until here.
function prepare(scope) {
  const able = {
    "[data-close], [data-reveal], [data-step]": true,
    "[data-copy]": Boolean(navigator.clipboard),
    "[data-share]": Boolean(navigator.share),
    "[data-print]": Boolean(window.print),
  };
  for (const [what, works] of Object.entries(able)) {
    if (works) for (const button of scope.querySelectorAll(what)) button.hidden = false;
  }
}

const presses = {
  close: (button) => button.closest(".notice").remove(),
  print: () => window.print(),
  share: (button) =>
    navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(() => {}),
  copy: (button) =>
    navigator.clipboard.writeText(button.dataset.copy).then(() => say(button.dataset.done)),
  reveal(button) {
    const input = document.getElementById(button.dataset.reveal);
    input.type = input.type === "password" ? "text" : "password";
    [button.textContent, button.dataset.other] = [button.dataset.other, button.textContent];
  },
  step(button) {
    const input = document.getElementById(button.getAttribute("aria-controls"));
    if (button.dataset.step > 0) input.stepUp();
    else input.stepDown();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    say(input.value, { unseen: true });
  },
  update() {
    chosen = true;
    waiting.postMessage("use-now");
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[type=button]");
  const name = button && Object.keys(presses).find((key) => key in button.dataset);
  if (name) presses[name](button);
});

// A form is sent once, however often an impatient thumb presses.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("once" in form.dataset)) return;
  const onTheWay = form.querySelector(".photos .htmx-request");
  if (onTheWay) say(onTheWay.dataset.wait);
  if (onTheWay || form.dataset.once === "sent") {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.once = "sent";
  setBusy(form, true);
  // A download leaves the page where it is, and a lost connection may be tried again.
  setTimeout(release, 10_000);
}, true);

function setBusy(form, busy) {
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    if (busy) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

function release() {
  for (const form of document.querySelectorAll("form[data-once=sent]")) {
    form.dataset.once = "";
    setBusy(form, false);
  }
}

addEventListener("pageshow", release);
document.addEventListener("htmx:afterRequest", release);

// Photos are sent as soon as they are chosen; what is too large is not sent at all.
document.addEventListener("htmx:beforeRequest", (event) => {
  const input = event.target;
  const { largest, tooLarge } = input.dataset;
  if (largest && [...input.files].some((file) => file.size > largest)) {
    event.preventDefault();
    input.value = "";
    say(tooLarge);
  }
});
document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
  const bar = target.parentElement?.querySelector("progress");
  if (bar && detail.total) bar.value = detail.loaded / detail.total;
});
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, ({ target }) => {
    if (target.dataset.failed) say(target.dataset.failed);
  });
}

// Typed words are never lost to an update.
let typing = false;
let waiting = null;
let chosen = false;
document.addEventListener("input", (event) => {
  if (event.target.form) typing = true;
});
document.addEventListener("htmx:afterSettle", () => {
  typing = false;
  offerUpdate();
});

function offerUpdate() {
  if (!waiting || typing) return;
  const offer = document.getElementById("new-version").content.cloneNode(true);
  document.getElementById("spoken").replaceChildren(offer);
}

async function keepShell(path) {
  const worker = navigator.serviceWorker;
  const registration = await worker.register(path);
  const watch = (candidate) => {
    if (!candidate || !worker.controller) return;
    const ready = () => {
      if (candidate.state !== "installed") return;
      waiting = candidate;
      offerUpdate();
    };
    candidate.addEventListener("statechange", ready);
    ready();
  };
  watch(registration.waiting);
  registration.addEventListener("updatefound", () => watch(registration.installing));
  // Only the tab that asked is loaded anew: another may hold a half-written message.
  worker.addEventListener("controllerchange", () => {
    if (chosen) location.reload();
  });
  (await worker.ready).active.postMessage({ language: root.lang });
}

prepare(document);
document.getElementById("error-summary")?.focus();
if (navigator.serviceWorker && document.body.dataset.worker) {
  keepShell(document.body.dataset.worker).catch(() => {});
}
