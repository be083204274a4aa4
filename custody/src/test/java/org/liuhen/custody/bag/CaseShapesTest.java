package org.liuhen.custody.bag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdf.model.ModelFactory;
import org.apache.jena.rdf.model.Property;
import org.apache.jena.rdf.model.Resource;
import org.apache.jena.rdf.model.ResourceFactory;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.shacl.ShaclValidator;
import org.apache.jena.shacl.Shapes;
import org.apache.jena.shacl.validation.ReportEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The graphs of packages and cases, by the shapes (SHACL) of UCO 1.4.0 and CASE 1.4.0 themselves and a validator that is not ours. */
class CaseShapesTest {
    private static final String SHACL = "http://www.w3.org/ns/shacl#";

    /** Shapes whose SPARQL constraints the validator refuses to read; none is of a term that our graphs have. */
    private static final List<String> UNREAD = List.of(
            "https://ontology.unifiedcyberontology.org/uco/types/Dictionary-keyUniqueness-shape",
            "https://ontology.unifiedcyberontology.org/uco/types/ProperDictionary",
            "https://ontology.unifiedcyberontology.org/owl/Disjointedness-C-DT-shape");

    private static Model ontologies;
    private static Shapes shapes;

    @TempDir
    Path folder;

    @BeforeAll
    static void readTheShapes() throws IOException {
        ontologies = ModelFactory.createDefaultModel();
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/case-uco"))) {
            files.filter(file -> file.toString().endsWith(".ttl"))
                    .forEach(file -> RDFDataMgr.read(ontologies, file.toUri().toString(), Lang.TURTLE));
        }
        Property sparql = ResourceFactory.createProperty(SHACL + "sparql");
        for (String shape : UNREAD) {
            Resource unread = ontologies.createResource(shape);
            assertTrue(unread.hasProperty(sparql), shape);
            unread.removeAll(sparql);
        }
        shapes = Shapes.parse(ontologies.getGraph());
    }

    /** What is worse than a remark, a line each. */
    private static List<String> found(byte[] graph) {
        Model all = ModelFactory.createDefaultModel().add(ontologies);
        RDFDataMgr.read(all, new ByteArrayInputStream(graph), Lang.JSONLD11);
        return ShaclValidator.get().validate(shapes, all.getGraph()).getEntries().stream()
                .filter(entry -> !entry.severity().level().getURI().equals(SHACL + "Info"))
                .map(CaseShapesTest::line)
                .toList();
    }

    private static String line(ReportEntry entry) {
        return entry.severity().level() + " " + entry.focusNode() + " " + entry.resultPath() + " " + entry.message();
    }

    @Test
    void thePackagesGraphFitsTheShapesOfCaseAndUco() throws Exception {
        new Kit().good(folder);
        byte[] graph = Files.readAllBytes(folder.resolve("data/case.jsonld"));
        assertEquals(List.of(), found(graph));
        String text = new String(graph, StandardCharsets.UTF_8);
        for (Map.Entry<String, String> wrong : Map.of(
                        "\"uco-types:hashMethod\" : \"SHA256\"",
                                "\"uco-types:hashMethod\" : {\"@type\": \"uco-vocabulary:HashNameVocab\", \"@value\": \"SHA256\"}",
                        "xsd:hexBinary", "xsd:string",
                        "uco-observable:sizeInBytes", "uco-observable:fileName")
                .entrySet()) {
            String changed = text.replace(wrong.getKey(), wrong.getValue());
            assertNotEquals(text, changed, wrong.getKey());
            assertNotEquals(
                    List.of(), found(changed.getBytes(StandardCharsets.UTF_8)), "a validator that finds " + wrong);
        }
    }

    @Test
    void aCasesGraphFitsThemToo() {
        Kit kit = new Kit();
        kit.arriveAll();
        CaseGraph.Exhibit one = new CaseGraph.Exhibit(
                "现场.mp4", kit.originals.get(Kit.A).length, "00".repeat(32), null, kit.trail(Kit.A));
        assertEquals(List.of(), found(CaseGraph.ofCase("（2026）京0105刑初123号", Map.of(Kit.A.value(), one))));
        assertEquals(List.of(), found(CaseGraph.ofCase("empty", Map.of())));
    }
}
