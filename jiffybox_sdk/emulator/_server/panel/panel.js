// Shows the account as it changes.

import { $, button, h, request } from "./actions.js";

const NAMES = ["plans", "distributions", "clock", "boxes", "groups", "checks", "cost", "faults", "requests"];
const NAME = ["name", "Name"];
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const state = Object.fromEntries(NAMES.map((name) => [name, new Map()]));
const opened = new Set(); // the ids of the boxes whose details are shown
let received = 0; // when the clock was received, in milliseconds

/** Take over what has changed, and draw the parts of the page that show it. */
function apply(message) {
  const { fresh } = message;
  if (fresh) document.body.classList.toggle("controlled", message.control);
  const statuses = new Map([...state.boxes].map(([id, box]) => [id, box.status]));
  for (const name of NAMES) {
    if (fresh) state[name].clear();
    for (const [key, value] of Object.entries(message[name] ?? {})) {
      if (value === null) state[name].delete(key);
      else state[name].set(key, value);
    }
  }
  if (message.clock) received = performance.now();
  for (const name of NAMES) if (fresh || message[name]) DRAW[name]?.(message[name] ?? {}, fresh);
  const news = Object.keys(message.boxes ?? {}).filter((id) => statuses.get(id) !== state.boxes.get(id)?.status);
  const said = news.map((id) => `${boxName(id)}: ${state.boxes.get(id)?.status ?? "deleted"}`);
  if (news.length && !fresh) $("news").textContent = news.length > 3 ? `${news.length} boxes changed` : said.join();
  warn(message.error ?? "");
  tick();
}

/** Replace what an element contains, and leave the focus where it was, or near. */
function fill(element, ...children) {
  const key = element.contains(document.activeElement) && document.activeElement.dataset.key;
  element.replaceChildren(...children.flat().filter(Boolean));
  if (key) (element.querySelector(`[data-key="${key}"]`) ?? element.querySelector("button"))?.focus();
}

const warn = (text) => Object.assign($("alert"), { hidden: !text, textContent: text });
const date = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
const money = (amount, unit) => `${amount} € per ${unit}`;
const boxName = (id) => `${state.boxes.get(id)?.name ?? "Box"} (${id})`;
const planName = (box) => state.plans.get(String(box.plan))?.name;

function duration(seconds) {
  const [minutes, hours, days] = [60, 3600, 86400].map((unit) => Math.floor(seconds / unit));
  if (hours > 0) return days > 0 ? `${days} d ${hours % 24} h` : `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min` : `${Math.max(0, Math.round(seconds))} s`;
}

/** Let everything that shows the time show it. */
function tick() {
  const { policy, speed, now } = state.clock.get("clock") ?? { now: 0 };
  const time = policy === "real" ? now + ((performance.now() - received) / 1000) * speed : now;
  $("now").textContent = `${date(time)} UTC`;
  for (const element of document.querySelectorAll("[data-since], [data-due]")) {
    const { since, due } = element.dataset;
    const text = since ? duration(time - since) : `${duration(due - time)} left`;
    if (element.textContent !== text) element.textContent = text;
  }
}

function plan() {
  const option = ([id, { name, month }]) => [id, `${name}, ${money(month, "month")}`];
  return ["planid", "Plan", Object.fromEntries([...state.plans].map(option))];
}

/** Return buttons for what is legal now. */
function boxButtons(id, box) {
  const command = (status) => (values) => ["change_box", [id], { status, ...values }];
  const metadata = ["metadata", "Changes", "json", "{}", "A JSON object. null deletes a name."];
  const actions = {
    START: { label: "Start", kind: "primary", call: command("START") },
    SHUTDOWN: { label: "Stop", call: command("SHUTDOWN") },
    PULLPLUG: { label: "Pull plug", kind: "danger", question: "Power off at once?", call: command("PULLPLUG") },
    FREEZE: { label: "Freeze", call: command("FREEZE") },
    THAW: { label: "Thaw", fields: [plan()], call: command("THAW") },
    PLAN: { label: "Change plan", fields: [plan()], call: command("PLAN") },
    duplicate: { label: "Duplicate", fields: [NAME, plan()], call: (values) => ["duplicate_box", [id], values] },
    backup: { label: "Back up", call: () => ["create_backup", [id]] },
    metadata: { label: "Metadata", fields: [metadata], call: (values) => ["change_box", [id], values] },
    delete: { label: "Delete", kind: "danger", question: "This can't be undone.", call: () => ["delete_box", [id]] },
  };
  const title = (key) => `${actions[key].label} ${boxName(String(id))}`;
  return box.commands.map((key) => button(key, { title: title(key), ...actions[key] }));
}

function addresses(id, { ips, floating }) {
  const others = [...state.boxes.keys()].filter((other) => Number(other) !== id);
  const fields = [["targetid", "To", Object.fromEntries(others.map((other) => [other, boxName(other)]))]];
  const move = (ip) => ({ label: "Move", title: `Move ${ips[ip]}`, fields, call: (to) => ["move_ip", [id, ip], to] });
  const order = { label: "Order a floating address", call: () => ["POST floating-ips", [], { box: id }] };
  const lines = Object.entries(ips).map(([ip, address]) =>
    h("div", {}, address, floating.includes(Number(ip)) && button(ip, move(Number(ip)))));
  return [...lines, h("div", { className: "control" }, button("order", order))];
}

function backups(id, { backups: { day, time, ...made } }) {
  const act = (label, kind, question, call) => button(`${label}-${kind}`, { label, kind: "danger", question, call });
  const lines = Object.entries(made).map(([kind, backup]) => h("div", {}, `${kind}: ${date(backup.created)}`,
    act("Restore", kind, "Replace all data of the box?", () => ["restore_backup", [id, kind, backup.id]]),
    act("Delete", kind, "Delete the backup?", () => ["delete_backup", [id, kind, backup.id]])));
  return [...lines, h("div", {}, day === undefined ? "not periodic" : `weekly on ${DAYS[day]}, time slot ${time}`)];
}

function details(id, box) {
  const escape = (character) => `\\u${character.charCodeAt(0).toString(16)}`; // changes of direction
  const metadata = JSON.stringify(box.metadata ?? {}, null, 1).replace(/[\u202a-\u202e\u2066-\u2069]/g, escape);
  const facts = { Addresses: addresses(id, box), Backups: backups(id, box), Created: `${date(box.created)} UTC`,
    Distribution: state.distributions.get(box.distribution), Metadata: h("pre", { tabIndex: 0 }, metadata) };
  const list = Object.entries(facts).map(([name, content]) => [h("dt", {}, name), h("dd", {}, content)]);
  return h("tr", {}, h("td", { colSpan: 5 }, h("div", { className: "bar" }, boxButtons(id, box)), h("dl", {}, list)));
}

function drawBox(id) {
  const box = state.boxes.get(id);
  if (!box) return $(`box-${id}`)?.remove();
  const body = $(`box-${id}`) ?? h("tbody", { id: `box-${id}` });
  const onclick = () => {
    if (!opened.delete(id)) opened.add(id);
    drawBox(id);
    tick();
  };
  const properties = { ariaExpanded: String(opened.has(id)), "data-key": "name", onclick };
  const name = h("button", properties, h("bdi", {}, box.name));
  const [kind, due] = box.due === null ? [box.since ? "on" : "off", {}] : ["busy", { "data-due": box.due }];
  fill(body, h("tr", {},
    h("th", { scope: "row" }, name, h("small", {}, id)),
    h("td", {}, h("span", { className: kind }, box.status), h("small", due, box.note)),
    h("td", {}, planName(box)),
    h("td", {}, Object.values(box.ips)[0]),
    h("td", box.since ? { "data-since": box.since } : {}, "off")), opened.has(id) && details(Number(id), box));
  if (!body.isConnected) $("boxes-head").after(body);
}

function filter() {
  const wanted = $("filter").value.toLowerCase();
  for (const [id, box] of state.boxes) {
    const text = [id, box.name, box.status, planName(box), Object.values(box.ips)[0]].join(" ");
    $(`box-${id}`).hidden = !text.toLowerCase().includes(wanted);
  }
}

const list = (name, make) => fill($(name), [...state[name]].map(([key, value]) => make(value, key)));
const item = (name, more, action) => h("li", {}, h("div", {}, h("bdi", {}, name), h("small", {}, more)), action);

function requestItem(id, { verb, path, status, messages, fault, time, body, result }) {
  const told = [status, ...messages, fault && `fault: ${fault}`].filter(Boolean).join(" · ");
  const summary = h("summary", {}, h("code", {}, `${verb} ${path.replace("v1.0/", "")}`), h("small", {}, told));
  const texts = [body, result].map((text) => text && h("pre", { tabIndex: 0 }, text));
  return h("li", { id }, h("details", {}, summary, h("small", {}, `${date(time)} UTC`), texts));
}

const DRAW = {
  plans() {
    const fields = [NAME, plan(), ["distribution", "Distribution", Object.fromEntries(state.distributions)],
      ["metadata", "Metadata", "json", "", "A JSON object, or nothing"]];
    const call = (values) => ["create_box", [], values];
    fill($("new-box"), button("new", { label: "New box", kind: "primary", fields, call }));
  },
  boxes(changes, fresh) {
    if (fresh) document.querySelectorAll("#boxes tbody").forEach((body) => body.remove());
    Object.keys(changes).forEach(drawBox);
    $("boxes-title").textContent = `Boxes (${state.boxes.size})`;
    filter();
  },
  groups: () => list("groups", ({ name, contacts }) => item(name, contacts.join(", "))),
  checks: () => list("checks", ({ name, status, result }) => item(name, `${status}, ${result.response}`)),
  cost: ({ total }) => ($("cost").textContent = `${money(total.hour, "hour")}, ${money(total.month, "month")}`),
  clock({ clock: { policy, speed } }) {
    const call = (body) => (values) => ["POST clock", [], { ...body, ...values }];
    const set = (label, body, fields) => button(label, { label, title: `Clock, ${label}`, fields, call: call(body) });
    const moves = [set("+1 min", { advance: 60 }), set("+1 h", { advance: 3600 }), set("+1 day", { advance: 86400 }),
      set("Until idle", { run_until_idle: true })];
    const run = set("Run", { policy: "real" }, [["speed", "Seconds at the service per second", "number", 1]]);
    $("policy").textContent = { real: `running ×${speed}`, manual: "stopped" }[policy] ?? policy;
    fill($("clock"), policy === "real" ? set("Stop", { policy: "manual" }) : moves, run);
  },
  faults: () => list("faults", ({ text, fault }, key) =>
    item(text, "", button(key, { label: "Remove", title: text, call: () => ["DELETE faults", [], fault] }))),
  requests(changes, fresh) {
    if (fresh) $("requests").replaceChildren();
    for (const [number, entry] of Object.entries(changes)) {
      if (entry) $("requests").prepend(requestItem(`request-${number}`, entry));
      else $(`request-${number}`)?.remove();
    }
    $("requests-title").textContent = `Requests (${Math.max(0, ...state.requests.keys())})`;
  },
};

/** Read server-sent events until they end. Return whether there were any. */
async function stream() {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), 5000); // a proxy may collect what it should pass on
  const response = await request("/__panel__/events", { signal: abort.signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = "", any = false; ; any = true) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    clearTimeout(timer);
    if (done) return any;
    timer = setTimeout(() => abort.abort(), 60000);
    const events = (text + value).split("\n\n");
    text = events.pop();
    for (const event of events) apply(JSON.parse(event.slice("data: ".length)));
    if (events.length) $("state").textContent = "Live";
  }
}

/** Follow the account: by events, and every 2 seconds where they fail. */
async function watch() {
  for (let failed = 0; ; failed += 1) {
    if (failed % 10 < 2 && (await stream().catch(() => false))) failed = 0;
    try {
      apply(await (await request("/__panel__/view")).json());
      $("state").textContent = "Every 2 seconds";
    } catch {
      failed = -1;
      const when = new Date().toLocaleTimeString();
      if ($("alert").hidden) warn(`No connection since ${when}: the server has stopped, or can't be reached.`);
      $("state").textContent = "Disconnected";
    }
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}

const EFFECTS = {
  drop: "Lose the connection", cut: "Cut the response", status: "HTTP status", messages: "Error message",
  latency: "Delay in seconds", state: "Another status", leave_out: "Leave out a field", body: "Another response",
};
const VALUES = { drop: () => true, cut: () => true, status: Number, latency: Number, messages: (text) => [text] };
const FAULT = [["call", "Call", "text", "create_box"], ["effect", "Effect", EFFECTS],
  ["value", "Value", "text", "", "Such as 503 for a status"], ["times", "Calls to affect", "number", 1],
  ["moment", "Moment", { "": "as usual", before: "before the call is executed", after: "afterwards" }]];
const addFault = ({ effect, value = "", ...others }) =>
  ["POST faults", [], { ...others, [effect]: (VALUES[effect] ?? String)(value) }];
fill($("new-fault"), button("add", { label: "Add", title: "Add a fault", fields: FAULT, call: addFault }));
fill($("clear-requests"), button("clear", { label: "Clear", title: "Clear", call: () => ["DELETE journal", []] }));
$("filter").oninput = filter;
setInterval(tick, 1000);
watch();
