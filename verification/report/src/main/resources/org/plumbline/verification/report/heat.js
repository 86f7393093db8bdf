// Tokens in color: which of the three scores is shown, and what the arrow keys tell of a token.
const STEPS = 9;
const KINDS = {
    gradient: "By position: the part of the gradient that is taken at this token, which holds the loss of all tokens "
        + "predicted at and after it. Tokens sum to the score.",
    output: "By token predicted: the part of the loss that is of predicting this token. Tokens sum to the score.",
    input: "By token read: how the score changes with the embedding of this token. A sensitivity; tokens do not sum to "
        + "the score."
};

// The score of each token as it is shown. The prediction made at a position is of the token after it.
function tokenValues(card, kind) {
    const values = card[kind];
    return kind === "output" && values.length ? [0, ...values] : values;
}

function color(view, kind) {
    const values = tokenValues(view.data, kind);
    const heat = one(".heat", view.element);
    if (!heat) return;
    view.kind = kind;
    let scale = 0;
    for (const value of values) scale = Math.max(scale, Math.abs(value));
    let at = 0;
    for (const token of heat.children) {
        const value = values[at++] || 0;
        const level = scale > 0 ? Math.round(STEPS * Math.abs(value) / scale) : 0;
        const name = level === 0 ? "" : (value > 0 ? "p" : "n") + level;
        if (token.className !== name) token.className = name;
    }
    const order = values.map((value, position) => [Math.abs(value), position]).sort((a, b) => b[0] - a[0]).slice(0, 5);
    one(".scale", view.element).textContent = values.length ? "Full color \u00b1" + number(scale) + "."
        : "These scores were not computed.";
    const strongest = one(".top-tokens", view.element);
    strongest.textContent = values.length ? "Strongest: " : "";
    for (const [, position] of order) {
        const entry = make("span", "one", position + " ");
        entry.append(make("q", "", visible(heat.children[position] ? heat.children[position].textContent : "")),
            " " + number(values[position], true));
        strongest.append(entry, " ");
    }
}

function readOut(view, position) {
    const heat = one(".heat", view.element);
    const tokens = heat.children;
    if (!tokens.length) return;
    const at = Math.max(0, Math.min(tokens.length - 1, position));
    const before = one(".at", heat);
    if (before) before.classList.remove("at");
    tokens[at].classList.add("at");
    view.position = at;
    const value = tokenValues(view.data, view.kind)[at];
    one(".readout", view.element).textContent = "Token " + at + ", \u201c" + visible(tokens[at].textContent) + "\u201d: "
        + (value === undefined ? "no score" : number(value, true));
}

function watchTokens(view) {
    const heat = one(".heat", view.element);
    if (!heat) return;
    view.kind = "gradient";
    heat.addEventListener("keydown", event => {
        const at = view.position === undefined ? -1 : view.position;
        const to = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: heat.children.length - 1}[event.key];
        if (to !== undefined) {
            readOut(view, to);
            event.preventDefault();
        }
    });
    const point = event => {
        if (event.target.parentElement === heat) readOut(view, Array.prototype.indexOf.call(heat.children, event.target));
    };
    heat.addEventListener("mouseover", point);
    heat.addEventListener("click", point);
}
