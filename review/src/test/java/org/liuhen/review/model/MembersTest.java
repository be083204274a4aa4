package org.liuhen.review.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.liuhen.review.projection.ItemView;

/** The names in SQL are those of the item and of the events. */
class MembersTest {
    @ParameterizedTest
    @EnumSource
    void anItemHasTheMember(ItemMember member) throws NoSuchFieldException {
        Field field = ItemView.class.getDeclaredField(member.path().get(0));
        assertEquals(0, field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT));
        find(field.getType(), member.path().subList(1, member.path().size()));
    }

    @ParameterizedTest
    @EnumSource
    void anEventHasTheMember(EventMember member) throws NoSuchMethodException {
        if (member.kind().isRecord()) {
            find(member.kind(), member.path());
        } else { // the context, which every event has
            Class<?> type = member.kind().getMethod(member.path().get(0)).getReturnType();
            find(type, member.path().subList(1, member.path().size()));
        }
    }

    private static void find(Class<?> type, List<String> path) {
        Class<?> at = type;
        for (String name : path) {
            assertNotNull(at.getRecordComponents(), at + " has no members");
            at = Arrays.stream(at.getRecordComponents())
                    .filter(component -> component.getName().equals(name))
                    .map(RecordComponent::getType)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
