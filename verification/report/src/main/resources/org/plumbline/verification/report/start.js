// Text is there before any script runs; charts come when the browser has drawn it.
const VIEWS = DATA.questions.map(data => new QuestionView(data));
watchComparison(VIEWS);
all("nav form.controls").forEach(form => { form.hidden = false; });

function draw() {
    DATA.questions.forEach(data => {
        drawHistogram(data);
        drawCoverage(data);
        drawProfile(data);
    });
    drawSpectra();
    document.documentElement.dataset.ready = "true";
}
requestAnimationFrame(() => setTimeout(draw, 0));

// On paper everything is unfolded.
addEventListener("beforeprint", () => all("details.fold").forEach(fold => { fold.open = true; }));
