// Runs every audit of graphql-http against a server, as an identified caller; prints one JSON list of results.
// Usage: node audit.js URL TOKEN
import { auditServer } from "graphql-http";

const [url, token] = process.argv.slice(2);

const identified = (address, { headers, ...request } = {}) =>
  fetch(address, { ...request, headers: { ...headers, authorization: `Bearer ${token}` } });

const results = await auditServer({ url, fetchFn: identified });
console.log(JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))));
