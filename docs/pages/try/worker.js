// Runs Python programs, one at a time. Its first message says where the files are.
let send;

const runner = `
import linecache, sys, traceback
from pyodide.code import eval_code

def run(program):
    linecache.cache["program.py"] = len(program), None, program.splitlines(True), "program.py"
    try:
        eval_code(program, {"__name__": "__main__"}, filename="program.py")
    except BaseException as error:
        own = error.__traceback__
        while own and own.tb_frame.f_code.co_filename != "program.py":
            own = own.tb_next
        traceback.print_exception(error.with_traceback(own))
    sys.stdout.flush()

run
`;

// Output is sent a few times a second, and not without end, so that the page can keep up with a loop that prints.
const LIMIT = 100_000;
let text = "";
let sent = 0;
let last = 0;

function write(line) {
  text += line + "\n";
  if (performance.now() - last > 100) flush();
}

function flush() {
  if (sent < LIMIT) postMessage({ text: sent + text.length < LIMIT ? text : text.slice(0, LIMIT - sent) + "\n[cut]\n" });
  sent += text.length;
  text = "";
  last = performance.now();
}

async function load({ runtime, files }) {
  const { loadPyodide } = await import(runtime + "pyodide.mjs");
  const wheels = Promise.all(
    files.filter(name => name.endsWith(".whl")).map(async name => {
      const response = await fetch(runtime + name);
      if (!response.ok) throw new Error(`${name}: HTTP status ${response.status}`);
      return response.arrayBuffer();
    }),
  );
  const python = await loadPyodide({ indexURL: runtime });
  for (const wheel of await wheels) python.unpackArchive(wheel, "wheel");
  python.setStdout({ batched: write });
  python.setStderr({ batched: write });
  return python.runPython(runner);
}

onmessage = async ({ data }) => {
  try {
    if (data.runtime) {
      send = load(data);
      send.catch(error => postMessage({ failed: String(error.message || error) }));
      return;
    }
    const run = await send;
    postMessage({ status: "Running." });
    const started = performance.now();
    sent = 0;
    // With stack switching, where the browser has it, asyncio.run() works.
    if ("Suspending" in WebAssembly) await run.callPromising(data.program);
    else run(data.program);
    flush();
    postMessage({ status: `Done in ${((performance.now() - started) / 1000).toFixed(1)} s.`, done: true });
  } catch (error) {
    postMessage({ failed: String(error.message || error) });
  }
};
