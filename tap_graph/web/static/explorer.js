"use strict";
// The token stays in this tab; `#token=…` in the address sets it, so that a printed link opens a ready explorer.
const KEY = "tap-graph-token";
const handed = new URLSearchParams(location.hash.slice(1)).get("token");
if (handed) {
  sessionStorage.setItem(KEY, handed);
  history.replaceState(null, "", location.pathname);
}
const token = () => sessionStorage.getItem(KEY) || "";

const fetcher = async (request, options) => {
  const headers = { "Content-Type": "application/json", ...(options && options.headers) };
  if (token() && !headers.Authorization) headers.Authorization = "Bearer " + token();
  const response = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify(request) });
  return response.json();
};

const showViewer = async () => {
  if (!token()) return;
  const answer = await fetcher({ query: "{ viewer { role subject } }" });
  const viewer = answer.data && answer.data.viewer;
  document.getElementById("viewer").textContent = viewer ? viewer.role + " " + viewer.subject : answer.errors[0].message;
};

document.getElementById("token").value = token();
document.getElementById("identity").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, document.getElementById("token").value.trim());
  location.reload();
});

showViewer();
ReactDOM.createRoot(document.getElementById("explorer")).render(
  React.createElement(GraphiQL, { fetcher, defaultTabs: EXAMPLES, shouldPersistHeaders: false, defaultEditorToolsVisibility: "variables" }),
);
