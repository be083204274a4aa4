package org.liuhen.review.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.liuhen.web.Problem;

class RetentionCategoryTest {
    @Test
    void aSiteMayKeepLongerThanTheLawAndNeverShorter() {
        assertTrue(RetentionCategory.GENERAL.allows(184));
        assertFalse(RetentionCategory.GENERAL.allows(183));
        assertTrue(RetentionCategory.GENERAL.allows(null), "for ever");
        assertTrue(RetentionCategory.CASE_EVIDENCE.allows(null));
        assertFalse(RetentionCategory.CASE_EVIDENCE.allows(36_500), "the law says for ever");
    }

    @Test
    void aCategoryIsNamedExactly() throws Problem {
        assertEquals(RetentionCategory.OBSTRUCTION, RetentionCategory.of("OBSTRUCTION"));
        for (String wrong : new String[] {"obstruction", "", "null"}) {
            assertEquals(
                    "RV-105",
                    assertThrows(Problem.class, () -> RetentionCategory.of(wrong))
                            .code());
        }
    }
}
