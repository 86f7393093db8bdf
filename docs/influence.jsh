// From a model folder to a ranking: which sequences of a corpus made the model say this?
//
// Run it in a folder with model/ and corpus.jsonl; lib/ holds the library and what it depends on:
//
//   jshell --class-path 'lib/*' -R--add-modules=jdk.incubator.vector influence.jsh

import java.nio.file.Path
import org.plumbline.influence.Influence
import org.plumbline.text.VisibleText

var influence = Influence.open(Path.of("model"), "corpus.jsonl")
influence.fit(Path.of("factors"))
var report = influence.query("otto lives by the", " stone bridge")
System.out.println(report.sign())
for (var entry : report.positive()) {
    System.out.printf("%+.4f  #%d  %s%n", entry.perCopy(), entry.sequence(), VisibleText.escape(entry.text()));
}
influence.close()

/exit
