(() => {
"use strict";
const token = new URLSearchParams(location.search).get("token");
const place = id => document.getElementById(id);
const shown = new Map();

async function call(method, path, body) {
    const answer = await fetch(path, {method, cache: "no-store", headers: {Authorization: "Bearer " + token,
        ...(body ? {"Content-Type": "application/json"} : {})}, body: body && JSON.stringify(body)});
    const value = await answer.json();
    if (!answer.ok) throw new Error(value.error);
    return value;
}

function say(text) {
    place("said").textContent = text;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => { place("said").textContent = ""; }, 6000);
}

function make(name, text) {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    return element;
}

function card(job) {
    if (!shown.size) place("jobs").textContent = "";
    const element = make("article");
    element.className = "card";
    element.id = "job-" + job.id;
    const title = make("h3", "Question " + job.id);
    const quote = make("p");
    quote.className = "asked";
    quote.append(make("bdi", job.prompt || ""), make("strong", job.completion));
    const progress = make("progress");
    progress.setAttribute("aria-label", "Progress of question " + job.id);
    const state = make("p");
    const actions = make("p");
    actions.className = "actions";
    const cancel = make("button", "Cancel");
    cancel.type = "button";
    cancel.addEventListener("click", () => call("DELETE", "jobs/" + job.id).then(update, error => say(error.message)));
    const link = make("a", "Open the page");
    link.href = "jobs/" + job.id + "/page?token=" + encodeURIComponent(token);
    link.target = "_blank";
    actions.append(cancel, link);
    element.append(title, quote, progress, state, actions);
    place("jobs").prepend(element);
    const view = {progress, state, cancel, link, element};
    shown.set(job.id, view);
    return view;
}

function update(job) {
    const view = shown.get(job.id) || card(job);
    const ended = !["WAITING", "RUNNING"].includes(job.state);
    view.element.dataset.state = job.state;
    view.progress.hidden = ended;
    if (job.total) {
        view.progress.max = job.total;
        view.progress.value = job.done;
    } else view.progress.removeAttribute("value");
    view.cancel.hidden = ended;
    view.link.hidden = job.state !== "DONE";
    view.state.textContent = {WAITING: "waits for those before it", DONE: "done", CANCELED: "canceled",
        FAILED: "failed: " + job.error,
        RUNNING: (job.stage || "begins") + (job.total ? ": " + job.done + " of " + job.total : "")}[job.state];
    return ended;
}

async function watch() {
    let pause = 2000;
    try {
        if ((await call("GET", "jobs")).map(update).includes(false)) pause = 300;
    } catch (error) {
        say("The server does not answer: " + error.message);
        pause = 5000;
    }
    setTimeout(watch, pause);
}

place("ask").addEventListener("submit", async event => {
    event.preventDefault();
    try {
        update(await call("POST", "jobs", {prompt: place("prompt").value, completion: place("completion").value,
            top: Number(place("top").value), candidates: Number(place("candidates").value)}));
    } catch (error) {
        say(error.message);
    }
});
document.documentElement.dataset.ready = "true";
watch();
})();
