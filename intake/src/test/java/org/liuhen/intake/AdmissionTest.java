package org.liuhen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.liuhen.custody.event.DeviceEvent.DeviceKind;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.web.Problem;

class AdmissionTest {
    private static final Sender DEVICE = device("BWC-1");
    private static final Sender OFFICER = Sender.officer(new Actor(Actor.Kind.OFFICER, "110023", "U-1", "bearer"));

    private final AdvancingClock clock = new AdvancingClock();
    private final Admission admission = admission(20);

    private Admission admission(int senders) {
        return new Admission(new UploadLimits(1_000, Duration.ofDays(7), senders, 2, 5_000), clock);
    }

    private static Sender device(String serial) {
        return Sender.device(serial, DeviceKind.CAMERA, null, Sha256Digest.of(new byte[0]), null);
    }

    /** A clock that stands until it is advanced. */
    private static final class AdvancingClock extends Clock {
        private Instant now = Instant.parse("2026-11-28T23:59:59Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private static void assertRefused(int status, String code, Executable act) {
        Problem refused = assertThrows(Problem.class, act);
        assertEquals(code, refused.code());
        assertEquals(status, refused.status());
    }

    @Test
    void givesOneSenderHalfOfThePlaces() throws Problem {
        List<Admission.Place> places = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            places.add(admission.takePlace("BWC-1", false));
        }
        assertRefused(503, "IN-115", () -> admission.takePlace("BWC-1", false));
        assertRefused(503, "IN-115", () -> admission.takePlace("BWC-1", true));
        admission.takePlace("BWC-2", false).close();
        places.get(3).close();
        admission.takePlace("BWC-1", false).close();
    }

    @Test
    void givesEachSenderOnePlaceWhereThereIsOne() throws Problem {
        Admission small = admission(1);
        Admission.Place only = small.takePlace("BWC-1", false);
        assertRefused(503, "IN-115", () -> small.takePlace("BWC-2", true));
        only.close();
        small.takePlace("BWC-2", false).close();
    }

    @Test
    void keepsATenthOfThePlacesForMarkedRecordings() throws Problem {
        for (int i = 0; i < 18; i++) {
            admission.takePlace("BWC-" + i, false);
        }
        assertRefused(503, "IN-115", () -> admission.takePlace("BWC-18", false));
        admission.takePlace("BWC-18", true);
        admission.takePlace("BWC-19", true);
        assertRefused(503, "IN-115", () -> admission.takePlace("BWC-20", true));
    }

    @Test
    void takesAPlaceBackOnce() throws Problem {
        Admission small = admission(1);
        Admission.Place place = small.takePlace("BWC-1", false);
        place.close();
        place.close();
        small.takePlace("BWC-1", false);
        assertRefused(503, "IN-115", () -> small.takePlace("BWC-2", false));
    }

    @Test
    void neverGivesMorePlacesThanThereAreToManyThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<Admission.Place>> taking = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String sender = "BWC-" + i;
                taking.add(threads.submit(() -> {
                    start.await();
                    try {
                        return admission.takePlace(sender, false);
                    } catch (Problem none) {
                        return null;
                    }
                }));
            }
            start.countDown();
            Set<Admission.Place> taken = new HashSet<>();
            for (Future<Admission.Place> one : taking) {
                taken.add(one.get());
            }
            taken.remove(null);
            assertEquals(18, taken.size());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void refusesAnItemThatIsTooLarge() throws Problem {
        admission.requireMayDeclare(OFFICER, OFFICER.actor(), 1_000);
        assertRefused(413, "IN-108", () -> admission.requireMayDeclare(OFFICER, OFFICER.actor(), 1_001));
    }

    @Test
    void limitsTheUnfinishedUploadsOfADeviceAndOfNobodyElse() throws Problem {
        for (int i = 0; i < 2; i++) {
            admission.requireMayDeclare(DEVICE, DEVICE.actor(), 1).incrementAndGet();
            admission.requireMayDeclare(OFFICER, OFFICER.actor(), 1).incrementAndGet();
        }
        assertRefused(429, "IN-136", () -> admission.requireMayDeclare(DEVICE, DEVICE.actor(), 1));
        admission.requireMayDeclare(OFFICER, OFFICER.actor(), 1);
        admission.requireMayDeclare(device("BWC-2"), device("BWC-2").actor(), 1);
        admission.replaceUnfinished(new ConcurrentHashMap<>(Map.of("BWC-1", new AtomicInteger(1))));
        admission.requireMayDeclare(DEVICE, DEVICE.actor(), 1);
    }

    @Test
    void limitsTheBytesThatADeviceDeclaresOnOneDay() throws Problem {
        admission.countDeclared(DEVICE, "BWC-1", 4_999);
        admission.countDeclared(DEVICE, "BWC-1", 1);
        assertRefused(429, "IN-146", () -> admission.countDeclared(DEVICE, "BWC-1", 1));
        admission.countDeclared(device("BWC-2"), "BWC-2", 5_000);
        admission.countDeclared(OFFICER, "110023", 50_000);
        admission.countDeclared(DEVICE, "BWC-1", -1); // a declaration failed
        admission.countDeclared(DEVICE, "BWC-1", 1);
        clock.now = clock.now.plusSeconds(1);
        admission.countDeclared(DEVICE, "BWC-1", 5_000);
        assertRefused(429, "IN-146", () -> admission.countDeclared(DEVICE, "BWC-1", 1));
    }

    @Test
    void refusesAllThatBeginsAfterItStopped() throws Problem {
        admission.requireOpen();
        admission.stop();
        assertRefused(503, "IN-134", admission::requireOpen);
        assertRefused(503, "IN-134", () -> admission.requireMayDeclare(OFFICER, OFFICER.actor(), 1));
    }

    @Test
    void letsASenderContinueWhileEveryRuleAllowsIt() {
        assertTrue(admission.mayContinue(DEVICE));
        Set<Sender> allowed = new HashSet<>(Set.of(DEVICE, OFFICER));
        admission.addRule(allowed::contains);
        admission.addRule(Sender::isDevice);
        assertTrue(admission.mayContinue(DEVICE));
        assertFalse(admission.mayContinue(OFFICER));
        allowed.remove(DEVICE);
        assertFalse(admission.mayContinue(DEVICE));
    }
}
