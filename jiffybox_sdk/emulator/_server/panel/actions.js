// Makes requests: actions, dialogs for their arguments, and the lines of code that do the same.

export const $ = (id) => document.getElementById(id);

/** Make an element. Text is always text, never HTML. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat(2).filter(Boolean));
  return element;
}

/** Make a request with the header that only pages of this server can send. Ask for the token if it is needed. */
export async function request(path, options = {}) {
  const token = encodeURIComponent(sessionStorage.getItem("token") ?? "") || "-";
  const response = await fetch(path, { ...options, headers: { ...options.headers, "JiffyBox-Panel": token } });
  if (response.status !== 401) return response;
  await new Promise((resolve) => {
    const submit = ({ token }) => resolve(sessionStorage.setItem("token", token));
    ask({ title: "Token of the emulator", label: "Connect", fields: [["token", "Token", "password"]], submit });
  });
  return request(path, options);
}

const send = (path, method, body) =>
  request(path, { method, body: body && JSON.stringify(body), headers: { "Content-Type": "application/json" } });

/** Return the request of an action, and its code. */
async function describe([action, ids, body = null]) {
  const answer = await (await send("/__panel__/request", "POST", { action, ids, body })).json();
  if (answer.error) throw new Error(answer.error);
  return answer;
}

/** Carry out an action, and show its code and what came of it. Throw an error if it failed. */
async function run(title, call) {
  const { verb, path, code } = await describe(call);
  const [failed, text] = await outcome(() => send(path, verb, call[2]));
  const close = h("button", { ariaLabel: "Close", onclick: () => ($("done").hidden = true) }, "✕");
  const heading = h("h2", { className: failed ? "failed" : "" }, `${title}: ${text}`);
  $("done").replaceChildren(h("div", { className: "bar" }, heading, close), codeList(code));
  $("done").hidden = false;
  $("news").textContent = heading.textContent;
  if (failed) throw new Error(text);
}

/** Make a request. Return whether it failed, and what the server said, or what it means that it said nothing. */
async function outcome(make) {
  let status, content;
  try {
    const response = await make();
    [status, content] = [response.status, await response.text()];
  } catch {
    return [true, "no response, since the connection was lost. It may have been done"];
  }
  try {
    const { messages = [], error } = JSON.parse(content);
    const texts = [error, ...messages.map(({ message }) => message)].filter(Boolean);
    return [error || status >= 400 || messages.some(({ type }) => type === "error"), texts.join("; ") || "accepted"];
  } catch {
    return [true, `status ${status}, and no result. It may have been done`];
  }
}

function codeList(code) {
  const items = Object.entries(code).map(([language, text]) => {
    const shown = h("code", { tabIndex: 0 }, text);
    const copy = h("button", { type: "button", ariaLabel: `Copy ${language}` }, "Copy");
    copy.onclick = async () => {
      getSelection().selectAllChildren(shown); // so that Ctrl+C does the rest where pages may not copy
      await navigator.clipboard?.writeText(text);
      copy.textContent = navigator.clipboard ? "Copied" : "Selected";
    };
    return [h("dt", {}, language), h("dd", {}, shown, copy)];
  });
  const where = `with JIFFYBOX_API_URL=${location.origin} and JIFFYBOX_API_KEY, as the server prints them`;
  return h("div", {}, h("dl", { className: "code" }, items), h("small", {}, `In an environment ${where}.`));
}

/** Return a button for an action, which opens a dialog if there are fields to fill in or a question to answer. */
export function button(key, { label, title = label, kind = "", ...action }) {
  const asks = action.fields || action.question;
  const submit = (values) => run(title, action.call(values));
  const onclick = () => (asks ? ask({ ...action, label, title, kind, submit }) : submit({}).catch(() => {}));
  return h("button", { "data-key": key, className: kind, onclick }, asks ? `${label}…` : label);
}

/** Show a dialog. A field has a name, a label, a type or the options to select from, a value and a hint. */
function ask({ title, label, kind, question, fields = [], call, submit }) {
  const error = h("p", { className: "failed", role: "alert" });
  const code = h("div");
  const inputs = fields.map(([name, , type = "text", value]) => {
    const options = typeof type === "object" && Object.entries(type);
    const input = options ? h("select", {}, options.map(([key, shown]) => h("option", { value: key }, shown)))
      : type === "json" ? h("textarea") : h("input", { type, step: "any", autocomplete: "off" });
    if (value !== undefined) input.value = value;
    return Object.assign(input, { id: `field-${name}` });
  });
  const lines = fields.map(([, text, , , hint], number) =>
    h("p", {}, h("label", { htmlFor: inputs[number].id }, text), inputs[number], hint && h("small", {}, hint)));
  const values = () => Object.fromEntries(fields.map(([name, , type], number) => {
    const text = inputs[number].value.trim();
    const isNumber = type === "number" || (typeof type === "object" && /^\d+$/.test(text));
    return [name, text && (isNumber ? Number(text) : type === "json" ? JSON.parse(text) : text)];
  }).filter(([, value]) => value !== ""));
  const attempt = async (action) => {
    error.textContent = await action().then(() => "", ({ message }) => message);
  };
  const preview = async () => code.replaceChildren(codeList((await describe(call(values()))).code));
  const onsubmit = (event) => {
    event.preventDefault();
    attempt(async () => $("dialog").close(await submit(values())));
  };
  const cancel = h("button", { type: "button", onclick: () => $("dialog").close() }, "Cancel");
  const buttons = h("div", { className: "bar" }, h("button", { className: kind || "primary" }, label), cancel);
  const heading = h("h2", { id: "dialog-title" }, title);
  const oninput = () => call && attempt(preview);
  $("dialog").replaceChildren(h("form", { onsubmit, oninput }, heading, question, lines, error, code, buttons));
  if (!$("dialog").open) $("dialog").showModal();
  oninput();
}
