// Serves the files that the page has kept: those of Python first, others if there is no network.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", event => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", event => {
  const kept = () => caches.match(event.request, { ignoreSearch: true });
  if (event.request.url.includes("/runtime/")) {
    event.respondWith(kept().then(response => response || fetch(event.request)));
  } else if (event.request.method === "GET") {
    event.respondWith(fetch(event.request).catch(async error => (await kept()) || Promise.reject(error)));
  }
});
