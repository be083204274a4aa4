package org.liuhen.custody.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
    @Test
    void anEvidenceIdKeepsTheMillisecondOfItsDeclaration() {
        Instant at = Instant.parse("2026-12-31T23:59:59.123Z");
        EvidenceId id = EvidenceId.create(at, new SecureRandom());
        assertEquals(at, id.declaredAt());
        assertEquals("2026-12", id.month().toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0000000000000000000000000",
                "8zzzzzzzzzzzzzzzzzzzzzzzzz",
                "0000000000000000000000000U",
                "../../../../../etc/passwd."
            })
    void refusesWhatIsNoEvidenceId(String text) {
        assertThrows(IllegalArgumentException.class, () -> new EvidenceId(text));
    }

    @Test
    void aCaseIdKeepsItsFullWidthParentheses() {
        assertEquals("（2022）京0105刑初123号", new CaseId(" （2022）京0105刑初123号 ").value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "a\u0000b", "a\u202eb", "a\nb", "a\u200fb"})
    void refusesWhatIsNoCaseId(String text) {
        assertThrows(IllegalArgumentException.class, () -> new CaseId(text));
    }

    @Test
    void acceptsAFileNameOf255ChineseCharactersAndNotOneMore() {
        assertEquals(255, new FileName("证".repeat(255)).value().length());
        assertThrows(IllegalArgumentException.class, () -> new FileName("证".repeat(256)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../x", "a/b", "a\\b", "exe.\u202e4pm", "a\u0007", "\ud800"})
    void refusesAFileNameThatIsAPathOrLies(String text) {
        assertThrows(IllegalArgumentException.class, () -> new FileName(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"})
    void refusesWhatIsNoDigest(String text) {
        assertThrows(IllegalArgumentException.class, () -> new Sha256Digest(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", "A", "a/b", "京"})
    void refusesWhatIsNoLogName(String text) {
        assertThrows(IllegalArgumentException.class, () -> new LogName(text));
    }
}
