package org.liuhen.custody.event;

import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.DescriptionFailed;
import org.liuhen.custody.event.CustodyEvent.DescriptionRequested;
import org.liuhen.custody.event.CustodyEvent.Downloaded;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.LockProbed;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Refused;
import org.liuhen.custody.event.CustodyEvent.Rejected;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.CustodyEvent.StepFailed;
import org.liuhen.custody.event.CustodyEvent.UnlinkedFromCase;
import org.liuhen.custody.event.CustodyEvent.Verified;
import org.liuhen.custody.event.CustodyEvent.Viewed;
import org.liuhen.custody.event.CustodyEvent.Withdrawn;

/**
 * What is done with an event, by its kind: one method for each kind that is in no group, and one for each group, which passes the event on to a
 * visitor of its own ({@link RetentionEvent.Visitor}) or treats all its kinds alike. None has a body here, so a new kind does not compile until
 * each visitor says what it does with it.
 */
public interface EventVisitor {
    void declared(Declared event);

    void withdrawn(Withdrawn event);

    void received(Received event);

    void verified(Verified event);

    void rejected(Rejected event);

    void described(Described event);

    void descriptionFailed(DescriptionFailed event);

    void descriptionRequested(DescriptionRequested event);

    void linkedToCase(LinkedToCase event);

    void unlinkedFromCase(UnlinkedFromCase event);

    void sealed(Sealed event);

    void viewed(Viewed event);

    void downloaded(Downloaded event);

    void lockProbed(LockProbed event);

    void refused(Refused event);

    void stepFailed(StepFailed event);

    void retention(RetentionEvent event);

    void play(PlayEvent event);

    void supervision(SupervisionEvent event);

    void export(ExportEvent event);

    void device(DeviceEvent event);

    void dispatch(DispatchEvent event);

    void gap(GapEvent event);

    void access(AccessEvent event);

    void people(PeopleEvent event);

    void unit(UnitEvent event);

    void ofCase(CaseEvent event);

    void log(LogEvent event);
}
