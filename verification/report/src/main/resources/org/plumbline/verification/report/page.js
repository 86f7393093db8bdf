// Small helpers, and the data of the page. Text goes into the page by textContent alone, never as markup.
const DATA = JSON.parse(document.getElementById("data").textContent);
const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
const one = (selector, within = document) => within.querySelector(selector);

function make(name, className, text) {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
}

function number(value, signed) {
    if (value === null || value === undefined) return "none";
    const size = Math.abs(value);
    const digits = size !== 0 && (size < 1e-4 || size >= 1e5) ? value.toExponential(3) : String(Number(value.toPrecision(4)));
    return (signed && value > 0 ? "+" : "") + digits.replace(/-/g, "\u2212");
}

// What has no glyph or turns the direction of writing is shown as its code, as on the server.
function visible(text) {
    return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029]/gu, c =>
        c === "\n" ? "\\n" : c === "\t" ? "\\t" : "\\u{" + c.codePointAt(0).toString(16) + "}");
}

function say(text) {
    const status = document.getElementById("status");
    status.textContent = text;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => { status.textContent = ""; }, 4000);
}
