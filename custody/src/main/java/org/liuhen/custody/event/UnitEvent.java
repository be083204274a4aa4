package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonTypeName;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.Nullable;
import org.liuhen.custody.evidence.Text;

/** What is known of a unit beside its code. The code alone says which unit is above which. All of it stands in the log's own chain. */
public sealed interface UnitEvent extends CustodyEvent permits UnitEvent.UnitNamed {
    /** One method for each kind of event in this group. */
    interface Visitor {
        void unitNamed(UnitNamed event);
    }

    /** Calls the method for this kind of event. */
    void accept(Visitor visitor);

    @Override
    default void accept(EventVisitor visitor) {
        visitor.unit(this);
    }

    /**
     * The unit of this code is called so from then on. The last such event of a code counts.
     *
     * @param unitCode the code of the unit, with the characters that it may have in claims
     * @param unitName the name, 1 to {@value #NAME_CHARACTERS_MAX} characters (Unicode code points); null where the unit has none any more
     */
    @JsonTypeName("unitNamed")
    record UnitNamed(
            EventContext context, String unitCode, @Nullable String unitName) implements UnitEvent {
        /** The longest name, in characters (Unicode code points). */
        public static final int NAME_CHARACTERS_MAX = 100;

        public UnitNamed {
            if (unitCode == null) {
                throw new IllegalArgumentException("unitCode is missing: the code of the unit");
            }
            new CaptureClaims(null, null, unitCode, null, null, null, null); // the same characters as in claims
            if (unitName != null
                    && (unitName.isBlank()
                            || Text.length(unitName) > NAME_CHARACTERS_MAX
                            || Text.hasHidden(unitName))) {
                throw new IllegalArgumentException("unitName has 1 to " + NAME_CHARACTERS_MAX
                        + " characters, none of them control or direction marks; or it is absent");
            }
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.unitNamed(this);
        }
    }
}
