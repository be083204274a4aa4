package org.liuhen.describe;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads hostile XML: no document type, no entity, no external resource, no more than 64 levels. */
final class Xml {
    private static final int DEPTH_MAX = 64;
    private static final int TEXT_CHARACTERS_MAX = 8 << 20; // a line of positions is one text

    private Xml() {}

    /** Sees the document element by element. */
    interface Visitor {
        /** An element begins; its names are local, {@code path} is the names from the root to it. */
        default void begin(String path, XMLStreamReader element) {}

        /** An element ends, and this is the text in it. */
        void end(String path, String text);
    }

    /** The last name in a path. */
    static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    static void read(InputStream in, Visitor visitor) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        Deque<String> paths = new ArrayDeque<>();
        StringBuilder text = new StringBuilder();
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(in);
            while (xml.hasNext()) {
                switch (xml.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        String path = (paths.isEmpty() ? "" : paths.peek() + "/") + xml.getLocalName();
                        if (paths.size() == DEPTH_MAX) {
                            throw new IOException("the XML is nested more than " + DEPTH_MAX + " deep");
                        }
                        paths.push(path);
                        text.setLength(0);
                        visitor.begin(path, xml);
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                        if (text.length() + xml.getTextLength() > TEXT_CHARACTERS_MAX) {
                            throw new IOException(
                                    "the XML has a text of more than " + TEXT_CHARACTERS_MAX + " characters");
                        }
                        text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
                    }
                    case XMLStreamConstants.END_ELEMENT -> {
                        visitor.end(paths.pop(), text.toString().strip());
                        text.setLength(0);
                    }
                    default -> {}
                }
            }
        } catch (XMLStreamException broken) {
            throw new IOException("not well-formed XML", broken);
        }
    }
}
