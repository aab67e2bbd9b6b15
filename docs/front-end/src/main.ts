// The example, run by node: TAP_URL and TAP_TOKEN say whom it asks as whom.
import { NotAnswered, TapClient } from "./client.js";
import { dashboard } from "./dashboard.js";
import { partnerPages } from "./partners.js";
import { refetched } from "./refetch.js";

declare const process: { env: Record<string, string | undefined> };

const url = process.env["TAP_URL"] ?? "http://127.0.0.1:8000/graphql";
const token = () => Promise.resolve(process.env["TAP_TOKEN"] ?? "");
const client = new TapClient({ url, token, trusted: process.env["TAP_TRUSTED"] === "1" });

let last: { id: string; partnerNumber: string } | undefined;
for await (const page of partnerPages(client, { tier: "TWO_TIER", region: "APAC" }, 3)) {
  console.log(page.map(({ partnerNumber, country }) => `${partnerNumber} (${country})`).join(", "));
  last = page.at(-1) ?? last;
}
if (last) console.log(await refetched(client, last.id));
console.log(await refetched(client, "nobody"));

for (const partnerNumber of ["AP-1012", "AP-1006", "AP-9999"]) {
  const lines = await dashboard(client, partnerNumber);
  console.log(lines === null ? `${partnerNumber} is unknown, or not ours` : lines.join("\n"));
}

await dashboard(client, "AP-1012");
console.log(`${client.unchanged} answer was kept, and is still the right one`);

// The faults that a sandbox plays on demand, and what comes of each.
for (const fault of (process.env["TAP_FAULTS"] ?? "").split(" ").filter(Boolean)) {
  const failing = new TapClient({ url, token, headers: { "Sandbox-Fault": fault }, attempts: 2 });
  try {
    await dashboard(failing, "AP-1012");
  } catch (error) {
    if (!(error instanceof NotAnswered)) throw error;
    console.log(`${fault}: ${error.code} with status ${error.status}, after ${error.attempts} attempts`);
  }
}
