package org.liuhen.review.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.review.model.ItemOrder.Position;

class ItemOrderTest {
    private static final String ID = "01kb4nq6v8p3x1c5t7w9z0a2de";

    @ParameterizedTest
    @EnumSource
    void eachKeyIsAnOrderInBothDirections(ItemOrder.Key key) {
        assertEquals(Optional.of(new ItemOrder(key, false)), ItemOrder.of(key.word()));
        assertEquals(Optional.of(new ItemOrder(key, true)), ItemOrder.of("-" + key.word()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "--name", "Name", "id; drop table evidence", "name desc"})
    void anythingElseIsNoOrder(String text) {
        assertTrue(ItemOrder.of(text).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.mp4", "询问笔录（王伟）.docx", ".", "𠮷\u0301", "00000000000000040000"})
    void aPlaceComesBackFromItsCursor(String key) {
        Position position = new Position(key, ID);
        assertEquals(Optional.of(position), Position.of(position.cursor()));
        assertTrue(position.cursor().matches("[A-Za-z0-9._-]+"), position.cursor());
    }

    @Test
    void aPlaceByIdIsTheIdAsEarlierVersionsGaveIt() {
        assertEquals(ID, new Position("", ID).cursor());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a", "!." + ID, "A." + ID, ID + "x", "01KB4NQ6V8P3X1C5T7W9Z0A2DE", "a.b." + ID})
    void whatIsNoCursorIsNoPlace(String text) {
        assertTrue(Position.of(text).isEmpty());
    }

    @Test
    void noKeyHasACharacterThatPostgresqlRefuses() {
        String cursor = Base64.getUrlEncoder().encodeToString("a\0b ".getBytes(StandardCharsets.UTF_8)) + "." + ID;
        assertTrue(Position.of(cursor).isEmpty());
    }
}
