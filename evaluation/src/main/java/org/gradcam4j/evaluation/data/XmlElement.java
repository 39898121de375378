package org.gradcam4j.evaluation.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An element of a small XML file, with the line it begins in. A file with a document type is
 * refused: nothing outside the file is ever read, and no entity is expanded.
 *
 * @param name its tag
 * @param line its line in the file, from 1
 * @param text what is directly in it, without white space around
 * @param children the elements in it
 */
record XmlElement(String name, int line, String text, List<XmlElement> children) {
  /** Annotations have four levels, and some tools' one or two more. */
  private static final int MAX_DEPTH = 50;

  private static final XMLInputFactory READERS = readers();

  /** An element whose end is not read yet. */
  private record Open(String name, int line, StringBuilder text, List<XmlElement> children) {
    XmlElement closed() {
      return new XmlElement(name, line, text.toString().strip(), List.copyOf(children));
    }
  }

  private static XMLInputFactory readers() {
    // The platform's own: other readers on the class path know other properties.
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return factory;
  }

  /**
   * The root of a file.
   *
   * @throws IOException with one line that names file and line, if it is missing or no XML, or has
   *     a document type
   */
  static XmlElement read(Path file) throws IOException {
    byte[] bytes = DataFile.bytes(file);
    XMLStreamReader reader = null;
    try {
      // The factory is not said to serve several threads.
      synchronized (READERS) {
        reader = READERS.createXMLStreamReader(new ByteArrayInputStream(bytes));
      }
      return root(file, reader);
    } catch (XMLStreamException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNumber());
      throw new IOException(file + ":" + line + ": no well-formed XML: " + reason(e), e);
    } finally {
      close(reader);
    }
  }

  private static XmlElement root(Path file, XMLStreamReader reader)
      throws XMLStreamException, IOException {
    Deque<Open> open = new ArrayDeque<>();
    XmlElement root = null;
    while (reader.hasNext()) {
      int event = reader.next();
      int line = reader.getLocation().getLineNumber();
      if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
        throw new IOException(
            file + ":" + line + ": a document type or an entity: refused, annotations need none");
      } else if (event == XMLStreamConstants.START_ELEMENT) {
        if (open.size() == MAX_DEPTH) {
          throw new IOException(
              file + ":" + line + ": elements are nested deeper than " + MAX_DEPTH + " levels");
        }
        open.push(new Open(reader.getLocalName(), line, new StringBuilder(), new ArrayList<>()));
      } else if (event == XMLStreamConstants.CHARACTERS && !open.isEmpty()) {
        open.peek().text().append(reader.getText());
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        root = open.pop().closed();
        if (!open.isEmpty()) {
          open.peek().children().add(root);
        }
      }
    }
    return root;
  }

  /** The platform's message has the place in front, on a line of its own. */
  private static String reason(XMLStreamException e) {
    String message = String.valueOf(e.getMessage());
    int at = message.indexOf("Message: ");
    return (at < 0 ? message : message.substring(at + 9)).replaceAll("\\s+", " ").strip();
  }

  private static void close(XMLStreamReader reader) throws IOException {
    if (reader != null) {
      try {
        reader.close();
      } catch (XMLStreamException e) {
        throw new IOException(e);
      }
    }
  }

  /** The first child of that name. */
  Optional<XmlElement> child(String tag) {
    return children.stream().filter(child -> child.name.equals(tag)).findFirst();
  }

  /** The children of that name. */
  List<XmlElement> children(String tag) {
    return children.stream().filter(child -> child.name.equals(tag)).toList();
  }
}
