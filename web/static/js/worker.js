// Keeps the shell (styles, scripts, icons, one page that says "no network") and nothing else.
// The server puts the constants VERSION, SHELL, OFFLINE, ENABLED and ICON in front of this text.
// Pages are personal and are never kept: they always come from the network.

const CACHE = `shell-${VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil(ENABLED ? fill() : self.skipWaiting());
});

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL);
  await cache.put(OFFLINE, await freshOfflinePage());
}

async function freshOfflinePage() {
  const answer = await fetch(OFFLINE, { cache: "reload" });
  if (!answer.ok) throw new Error(`the offline page answered ${answer.status}`);
  return answer;
}

self.addEventListener("activate", (event) => {
  event.waitUntil(ENABLED ? dropOldCaches() : retire());
});

async function dropOldCaches() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

// The switch for the day an update goes wrong: empty everything, unregister, be gone.
async function retire() {
  const names = await caches.keys();
  await Promise.all(names.map((name) => caches.delete(name)));
  await self.registration.unregister();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (!ENABLED || request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(page(event).catch(offline));
  } else if (isShell(new URL(request.url))) {
    event.respondWith(shell(request));
  }
});

const isShell = (url) => url.origin === self.location.origin && SHELL.includes(url.pathname);

async function page(event) {
  return (await event.preloadResponse) ?? fetch(event.request);
}

async function offline() {
  return (await caches.match(OFFLINE)) ?? Response.error();
}

async function shell(request) {
  return (await caches.match(request)) ?? fetch(request);
}

self.addEventListener("message", (event) => {
  if (event.data === "use-now") self.skipWaiting();
  else if (event.data?.language) event.waitUntil(speak(event.data.language));
});

// The reader chose another language since the offline page was kept.
async function speak(language) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(OFFLINE);
  if (kept && kept.headers.get("Content-Language") !== language) {
    await cache.put(OFFLINE, await freshOfflinePage()).catch(() => {});
  }
}

self.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(ring(event.data.json()));
});

// The same push may come twice: the second one takes the place of the first without a sound.
async function ring(said) {
  const [shown] = await self.registration.getNotifications({ tag: said.tag });
  await self.registration.showNotification(said.title, {
    body: said.body,
    lang: said.lang,
    tag: said.tag,
    renotify: Boolean(shown) && shown.data.id !== said.id,
    icon: ICON,
    data: { id: said.id, url: said.url, fewer: said.fewer },
    actions: [{ action: "fewer", title: said.fewer_label }],
  });
}

self.addEventListener("notificationclick", (event) => {
  const { notification, action } = event;
  notification.close();
  event.waitUntil(show(action === "fewer" ? notification.data.fewer : notification.data.url));
});

// A page that is open on something else stays as it is: somebody may be writing there.
async function show(path) {
  const { href } = new URL(path, self.location.origin);
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => page.url === href);
  return there ? there.focus() : self.clients.openWindow(href);
}
