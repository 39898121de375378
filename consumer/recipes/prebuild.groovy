// Follows the recipes of docs/*.md, which say what to do in these words, before a block of code where there is one:
//   New file `PATH`:
//   In `PATH`, before the line `TEXT`:
//   Move `PATH` to `PATH`
// A file of gradcam4j that is changed is copied here first; its class stands before the installed one on the class path.
def root = new File(docs).parentFile

def place = { String path -> new File(basedir, path.replaceFirst('^(examples|core|zoo-adapters)/', '')) }
def read = { String path -> (place(path).exists() ? place(path) : new File(root, path)).getText('UTF-8') }
def write = { String path, String text ->
  place(path).parentFile.mkdirs()
  place(path).setText(text, 'UTF-8')
}

def follow = { String doc, String words, String code ->
  def created = words =~ /New file `([^`]+)`:$/
  def changed = words =~ /In `([^`]+)`, before the line `([^`]+)`:$/
  if (created) {
    write(created[0][1], code)
  } else if (changed) {
    def (_, path, line) = changed[0]
    write(path, read(path))
    if (read(path).contains(code)) {
      // The reader has followed the recipe here.
      return
    }
    def lines = read(path).readLines()
    def at = lines.findIndexValues { it.trim() == line }
    assert at.size() == 1 : "$doc: $path has the line '$line' ${at.size()} times"
    write(path, (lines.take(at[0] as int) + code.readLines() + lines.drop(at[0] as int)).join('\n') + '\n')
  }
}

def move = { String from, String to ->
  def type = to.replaceFirst('.*/src/(main|test)/java/', '').replaceFirst('/[^/]*$', '').replace('/', '.')
  def text = read(from).replaceFirst('package .*;', "package $type;")
  write(to, text.replaceAll("(?m)^import \\Q$type\\E\\.\\w+;\n", ''))
}

new File(docs).listFiles().findAll { it.name.startsWith('adding-') }.sort().each { doc ->
  def words = ''
  (doc.getText('UTF-8') =~ /(?ms)^```\w*\n(.*?)^```$|^(\S.*?)$(?=\n\n|\n?\z)/).each { _, code, paragraph ->
    if (code != null) {
      follow(doc.name, words, code)
    } else {
      words = paragraph.replaceAll(/\s+/, ' ')
      (words =~ /`([^`]+\.java)` to `([^`]+\.java)`/).each { __, from, to -> move(from, to) }
    }
  }
}
// What the changed tests of zoo-adapters stand on.
['FormulaArrays', 'GoldenMap', 'GoldenTest'].each {
  def path = "zoo-adapters/src/test/java/org/gradcam4j/zoo/${it}.java"
  write(path, read(path))
}
return true
