// Listens to /changes, and reads what an event names. The browser comes back by itself, with the id that it heard last.
"use strict";

const API = new URLSearchParams(location.search).get("api") || "http://localhost:8002";
const KINDS = [
  "post.published", "post.changed", "post.withdrawn", "comment.published", "comment.changed", "comment.withdrawn",
];
const MOST_SHOWN = 50;

const byId = (id) => document.getElementById(id);

async function read(path) {
  const answer = await fetch(API + path);
  return answer.ok ? answer.json() : null; // withdrawn a moment ago
}

async function count() {
  const counts = await read("/stats");
  if (counts) {
    byId("posts").textContent = counts.posts;
    byId("comments").textContent = counts.comments;
  }
}

async function show(event) {
  const change = JSON.parse(event.data);
  const line = document.createElement("li");
  const isGone = change.kind.endsWith(".withdrawn");
  line.className = isGone ? "withdrawn" : "";
  const post = isGone ? null : await read("/posts/" + change.post);
  // as text, never as HTML: a title is what somebody wrote
  line.textContent = change.kind + ": " + (post ? post.title : change.comment || change.post);
  byId("changes").prepend(line);
  while (byId("changes").children.length > MOST_SHOWN) byId("changes").lastChild.remove();
  await count();
}

const changes = new EventSource(API + "/changes");
// first the connection, then the reading: nothing falls between the two
changes.onopen = () => { byId("state").textContent = "Listening"; count(); };
changes.onerror = () => { byId("state").textContent = "Connecting again"; };
changes.addEventListener("reset", count);
for (const kind of KINDS) changes.addEventListener(kind, show);
