package org.liuhen.review.projection;

import org.liuhen.custody.event.DeviceEvent;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.event.DeviceEvent.CopyErased;
import org.liuhen.custody.event.DeviceEvent.DeviceAdded;
import org.liuhen.custody.event.DeviceEvent.DeviceAlarmed;
import org.liuhen.custody.event.DeviceEvent.DeviceAssigned;
import org.liuhen.custody.event.DeviceEvent.DeviceCertified;
import org.liuhen.custody.event.DeviceEvent.DeviceResumed;
import org.liuhen.custody.event.DeviceEvent.DeviceReturned;
import org.liuhen.custody.event.DeviceEvent.DeviceRevoked;
import org.liuhen.custody.event.DeviceEvent.DeviceSuspended;
import org.liuhen.custody.event.DeviceEvent.ReceivedAgain;

/**
 * What events of senders and devices change in an item. Most are about a device and no item.
 *
 * @param item the item that they change
 */
record DeviceProjection(ItemView item) implements DeviceEvent.Visitor {
    @Override
    public void receivedAgain(ReceivedAgain event) {
        item.receivedAgainAs.add(event.declaredAs().value());
        Senders.add(item, event.context(), event.capture());
    }

    @Override
    public void copyErased(CopyErased event) {
        item.copiesErased.add(event.copy());
    }

    @Override
    public void deviceAdded(DeviceAdded event) {}

    @Override
    public void deviceCertified(DeviceCertified event) {}

    @Override
    public void deviceSuspended(DeviceSuspended event) {}

    @Override
    public void deviceResumed(DeviceResumed event) {}

    @Override
    public void deviceRevoked(DeviceRevoked event) {}

    @Override
    public void deviceAssigned(DeviceAssigned event) {}

    @Override
    public void deviceReturned(DeviceReturned event) {}

    @Override
    public void deviceAlarmed(DeviceAlarmed event) {}

    @Override
    public void clockMeasured(ClockMeasured event) {}
}
