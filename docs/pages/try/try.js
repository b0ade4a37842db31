// Lets the programs of this page run: each block of code gets buttons and an output.
const files = document.getElementById("files");
const status = document.getElementById("status");
const runtime = new URL("runtime/", import.meta.url).href;
const size = files && `${(files.dataset.size / 1e6).toFixed(0)} MB`;
const blocks = [];
let worker = null;
let running = null;
let keep = null;
let kept = "";

function say(text) {
  status.textContent = text + kept;
}

function button(label, title, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "md-button try-button";
  made.textContent = label;
  made.title = title;
  made.addEventListener("click", action);
  return made;
}

function prepare(code, number) {
  const original = code.innerHTML;
  code.contentEditable = "plaintext-only";
  code.spellcheck = false;
  code.setAttribute("role", "textbox");
  code.setAttribute("aria-multiline", "true");
  code.setAttribute("aria-label", `Program ${number + 1}`);
  const block = { code, number };
  const bar = document.createElement("div");
  bar.className = "try-bar";
  block.run = button("Run", "Run this program (Ctrl+Enter)", () => run(block));
  block.run.classList.add("md-button--primary");
  block.stop = button("Stop", "Stop this program", stop);
  block.stop.hidden = true;
  bar.append(block.run, block.stop, button("Reset", "Show the original program", () => { code.innerHTML = original; }));
  block.output = document.createElement("pre");
  block.output.className = "try-output";
  block.output.tabIndex = 0;
  block.output.setAttribute("aria-label", `Output of program ${number + 1}`);
  block.output.setAttribute("role", "log");
  block.output.hidden = true;
  code.closest("div.highlight").after(bar, block.output);
  code.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run(block);
    }
  });
  return block;
}

function enable(ready) {
  for (const block of blocks) block.run.disabled = !ready;
}

// The worker that runs Python. It is made when it is first needed, and anew after it was stopped.
function start() {
  worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }) => {
    if (data.status) say(data.status);
    if (data.text && running) running.output.textContent += data.text;
    if (data.done) {
      end();
      keep ??= keepFiles();
    }
    if (data.failed) fail(data.failed);
  });
  worker.addEventListener("error", event => fail(event.message || "the worker could not be started"));
  worker.postMessage({ runtime, files: files.dataset.files.split(" ") });
}

function fail(reason) {
  say(`Python could not be loaded: ${reason}`);
  worker?.terminate();
  worker = null;
  end();
}

function end() {
  if (running) running.stop.hidden = true;
  running = null;
  enable(true);
}

function stop() {
  worker.terminate();
  worker = null;
  running.output.textContent += "Stopped.\n";
  say("Stopped. The next run starts Python again.");
  end();
}

function run(block) {
  if (running) return;
  running = block;
  enable(false);
  block.stop.hidden = false;
  block.output.hidden = false;
  block.output.textContent = "";
  if (worker) {
    say("Running.");
  } else {
    say(`Loading Python: ${size}, once.`);
    start();
  }
  worker.postMessage({ program: block.code.textContent });
}

// Keeps the page and all its files in the browser, so that it works offline. Needs https, or this machine.
async function keepFiles() {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(new URL("service-worker.js", import.meta.url));
    await navigator.serviceWorker.ready;
    const name = `try-${files.dataset.digest}`;
    for (const old of await caches.keys()) if (old.startsWith("try-") && old !== name) await caches.delete(old);
    const cache = await caches.open(name);
    const ours = performance.getEntriesByType("resource").map(entry => entry.name);
    const all = [location.href.split("#")[0], new URL("worker.js", import.meta.url).href, ...ours,
      ...files.dataset.files.split(" ").map(file => runtime + file)];
    const missing = [];
    for (const url of new Set(all)) {
      if (url.startsWith(location.origin) && !(await cache.match(url))) missing.push(url);
    }
    await cache.addAll(missing);
    kept = " The page works offline, too.";
    say(status.textContent);
  } catch (error) {
    console.warn("the page will not work offline:", error);
  }
}

if (files) {
  document.querySelectorAll(".md-content .highlight code").forEach((code, number) => blocks.push(prepare(code, number)));
  say(`Nothing is loaded yet. The first run loads ${size} from this site.`);
} else {
  say("This copy of the docs was built without Python. Read the programs, or install the SDK.");
}
