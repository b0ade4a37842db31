// Uses types that openapi-typescript makes of the OpenAPI document. The compiler checks them: nothing is run.
import type { components, operations } from "./jiffybox";

const body: components["schemas"]["CreateBox"] = {
  name: "web",
  planid: "CloudLevel 1",
  distribution: "debian_stretch_64bit",
  metadata: { role: "web", tags: ["a", "b"], owner: null },
};
const update: components["schemas"]["ChangeBox"] = { metadata: { role: null } };

type Answer = operations["get_box"]["responses"][200]["content"]["application/json"];

function state(answer: Answer): string {
  if (answer.result === null || answer.result === false) return answer.messages.map((one) => one.message).join();
  const price: number = answer.result.plan.pricePerHour;
  return `${answer.result.status} ${price} ${answer.result.metadata?.["role"]}`;
}

function misuse(answer: Answer): void {
  // @ts-expect-error (a name is text)
  body.name = 1;
  // @ts-expect-error (errors have no status)
  answer.result.status;
}

console.log(body, update, state, misuse);
