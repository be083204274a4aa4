import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Faults for a cluster that docker/up or docker/try --stay started with podman: two officers and two devices upload through the proxy all
 * the time while parts are killed, stopped, paused and cut off, alone and in pairs, and then all is healed and looked at. In a cluster that
 * docker/faults started, clocks jump by an hour, disks fill and disks are slow, too. Shares no code with Liuhen; needs a JDK and openssl.
 *
 * <pre>
 * LIUHEN_PROJECT=liuhen-try java docker/Campaign.java FAULTS SEED [OPTION…]
 *   --only a,b       hurts only parts whose names begin so (such as kafka,ceph-osd,intake), one at a time
 *   --kinds a,b      hurts only in these ways: kill, stop, pause, cut off, clock, fill, slow
 *   --rest SECONDS   waits so long between two faults, and a part that is stopped stays so for that long
 *   --next VERSION   some faults (the 30th, 90th, 150th…) fall into an upgrade: to the images of this version, and at the next one back to the first
 * </pre>
 *
 * <p>It ends with 0 when: each byte that was acknowledged is there and no offset was ever taken back; each upload that was told complete is
 * verified, sealed and on the record; each event is in the log once; each head that was ever seen is a prefix of the last one; nothing is
 * stuck; and {@code liuhen verify --all} finds that objects, log and read model agree.
 */
public final class Campaign {
    private static final String PROJECT = System.getenv().getOrDefault("LIUHEN_PROJECT", "liuhen");
    private static final Path FAULTS = Path.of(System.getenv().getOrDefault("LIUHEN_FAULTS", "/var/tmp/liuhen-faults"));
    private static final Path BLOCKS = Path.of("/sys/fs/cgroup/blkio/libpod_parent");
    private static final Path HERE = Path.of(System.getProperty("user.dir"));
    private static final int SENDERS = 4; // the first half are officers at the page, the others devices
    private static final String OFFICER = "110901";
    private static final String AUDITOR = "900902";
    private static final Pattern ITEM_EVENT = Pattern.compile("\"eventId\":\"([^\"]+)\"");

    private final Random random;
    private final HttpClient http;
    private final String url;
    private final String devices;
    private final String first; // the version that runs at the beginning
    private final Map<String, String> options = new TreeMap<>();
    private final Map<String, AtomicInteger> unanswered = new ConcurrentSkipListMap<>();
    private final Map<String, AtomicInteger> savepoints = new ConcurrentSkipListMap<>();
    private final AtomicLong longest = new AtomicLong();
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final Map<String, Sent> complete = new ConcurrentHashMap<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger repeats = new AtomicInteger();
    private final TreeMap<Long, byte[]> heads = new TreeMap<>();
    private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Integer> byPart = new TreeMap<>();
    private final Map<String, Integer> byKind = new TreeMap<>();
    private int nextUpgrade = 30;
    private volatile boolean ended;

    private record Sent(String name, long size, String sha256, Instant at) {}

    private Campaign(long seed) throws Exception {
        random = new Random(seed);
        http = client(tls(Files.readAllBytes(HERE.resolve("docker/page.crt")), null));
        first = setting("LIUHEN_VERSION", "dev");
        url = "https://localhost:" + setting("LIUHEN_PAGE_PORT", "8480");
        devices = "https://localhost:" + setting("LIUHEN_DEVICES_PORT", "8443");
    }

    public static void main(String[] arguments) throws Exception {
        int faults = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime() & 0xffffff;
        Campaign campaign = new Campaign(seed);
        for (int i = 2; i + 1 < arguments.length; i += 2) {
            campaign.options.put(arguments[i], arguments[i + 1]);
        }
        System.exit(campaign.run(faults, seed) ? 0 : 1);
    }

    private boolean run(int faults, long seed) throws Exception {
        say("seed %d, %d faults, project %s, profile %s %s", seed, faults, PROJECT, setting("LIUHEN_PROFILE", "small"), options);
        admit(OFFICER, "case-officer", "110105");
        admit(AUDITOR, "auditor", null);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            Random own = new Random(seed * 31 + i);
            Door door = i < SENDERS / 2 ? new Door("page", url, http, OFFICER) : enrol("CAMPAIGN-" + seed + "-" + i);
            threads.add(start("sender-" + i, () -> send(door, own)));
        }
        threads.add(start("heads", this::watchHeads));
        for (int i = 1; i <= faults && wrong.isEmpty(); ) {
            i += fault(i);
            Thread.sleep(options.containsKey("--rest") ? rest() : 1_000 + random.nextInt(3_000));
        }
        heal();
        Thread.sleep(5_000);
        ended = true;
        for (Thread thread : threads) {
            thread.join(TimeUnit.MINUTES.toMillis(10));
            check(!thread.isAlive(), "%s does not end", thread.getName());
        }
        look();
        say("faults by part: %s", byPart);
        say("faults by kind: %s", byKind);
        say("savepoints: %s", savepoints);
        say("answers that made a sender ask again: %s", unanswered);
        say("longest upload: %d s", longest.get());
        wrong.forEach(one -> say("WRONG: %s", one));
        say("seed %d: %d uploads begun, %d complete, %d bytes, %d requests repeated, %d heads seen", seed, begun.get(),
                complete.size(), bytes.get(), repeats.get(), heads.size());
        System.out.println(wrong.isEmpty() ? "1 passed, 0 failed" : "0 passed, 1 failed");
        return wrong.isEmpty();
    }

    // ---- faults

    /** How a part can be hurt here. */
    private List<String> kinds(String name) throws Exception {
        List<String> kinds = new ArrayList<>(List.of("kill", "kill", "stop", "pause", "cut off"));
        if (Files.exists(clock(name))) {
            kinds.add("clock");
        }
        if (part(name).startsWith("ceph-osd") || !disks(name).isEmpty()) {
            kinds.add("fill");
        }
        if (Files.isDirectory(BLOCKS) && !List.of("proxy", "rgw", "intake", "review").contains(part(name))) {
            kinds.add("slow");
        }
        if (options.containsKey("--kinds")) {
            kinds.retainAll(List.of(options.get("--kinds").split(",")));
        }
        return kinds;
    }

    /** One fault, or two at once; gives how many. */
    private int fault(int number) throws Exception {
        boolean upgrade = options.containsKey("--next") && number >= nextUpgrade;
        int many = !options.containsKey("--only") && random.nextInt(3) == 0 ? 2 : 1;
        List<String> names = new ArrayList<>(parts());
        Collections.shuffle(names, random);
        List<Thread> at = new ArrayList<>();
        if (random.nextInt(6) == 0) {
            String job = random.nextBoolean() ? "ingest" : "record";
            String format = random.nextBoolean() ? "CANONICAL" : "NATIVE";
            say("fault %d: while a savepoint of the %s job is made", number, job);
            at.add(start("savepoint", () -> savepoint(job, format)));
            Thread.sleep(random.nextInt(800));
        }
        if (upgrade) {
            nextUpgrade += 60;
            say("fault %d: while all parts are replaced", number);
            at.add(start("upgrade", this::upgrade));
            Thread.sleep(3_000 + random.nextInt(30_000));
        }
        for (String name : names.subList(0, many)) {
            List<String> kinds = kinds(name);
            if (kinds.isEmpty()) {
                continue;
            }
            String kind = kinds.get(random.nextInt(kinds.size()));
            int seconds = 1 + random.nextInt(kind.equals("kill") || kind.equals("stop") ? 5 : 15);
            say("fault %d: %s %s%s", number, kind, name, kind.equals("kill") ? "" : " for " + seconds + " s");
            byPart.merge(part(name), 1, Integer::sum);
            byKind.merge(kind, 1, Integer::sum);
            at.add(start("fault", () -> hurt(kind, name, seconds)));
        }
        if (many == 2) {
            byKind.merge("(two at once)", 1, Integer::sum);
        }
        for (Thread one : at) {
            one.join();
        }
        return many;
    }

    private void hurt(String kind, String name, int seconds) throws Exception {
        switch (kind) {
            case "kill" -> {
                String pid = podman("inspect", "-f", "{{.State.Pid}}", name).strip();
                if (!pid.isEmpty() && !pid.equals("0")) {
                    command(List.of("kill", "-9", pid));
                }
            }
            case "stop" -> {
                podman("stop", "-t", "20", name);
                Thread.sleep(options.containsKey("--rest") ? rest() : seconds * 1_000L);
                podman("start", name);
            }
            case "pause" -> {
                podman("pause", name);
                Thread.sleep(seconds * 1_000L);
                podman("unpause", name);
            }
            case "clock" -> {
                try {
                    Files.writeString(clock(name), random.nextBoolean() ? "+3600" : "-3600");
                    Thread.sleep(seconds * 1_000L);
                } finally {
                    Files.writeString(clock(name), "+0");
                }
            }
            case "fill" -> {
                try {
                    fill(name, true);
                    Thread.sleep(seconds * 1_000L);
                } finally {
                    fill(name, false);
                }
            }
            case "slow" -> {
                try {
                    slow(name, 50_000);
                    Thread.sleep(seconds * 1_000L);
                } finally {
                    slow(name, 0);
                }
            }
            default -> {
                List<String> networks = Arrays.asList(podman("inspect", "-f",
                        "{{range $name, $one := .NetworkSettings.Networks}}{{$name}}={{$one.IPAddress}} {{end}}", name).strip().split(" "));
                String[] at = networks.get(random.nextInt(networks.size())).split("=");
                if (at.length == 2) { // it has no address while it starts again
                    podman("network", "disconnect", at[0], name);
                    Thread.sleep(seconds * 1_000L);
                    podman("network", "connect", "--alias", part(name), "--ip", at[1], at[0], name); // a cable changes no address
                }
            }
        }
    }

    private long rest() {
        return Long.parseLong(options.get("--rest")) * 1_000;
    }

    /** What docker/faults gave this part to read its clock's error from. */
    private static Path clock(String name) {
        return FAULTS.resolve("clock").resolve(part(name));
    }

    /** The volumes of this part that are small file systems of their own (docker/faults). */
    private List<Path> disks(String name) throws Exception {
        List<Path> disks = new ArrayList<>();
        for (String source : podman("inspect", "-f", "{{range .Mounts}}{{.Source}} {{end}}", name).strip().split(" ")) {
            Path folder = Path.of(source);
            if (Files.isDirectory(folder) && !Files.getFileStore(folder).equals(Files.getFileStore(FAULTS.getRoot()))
                    && Files.getFileStore(folder).name().startsWith("/dev/loop")) {
                disks.add(folder);
            }
        }
        return disks;
    }

    /** Leaves no byte free on the disks of a part, or takes that back. A full OSD is one that its monitor holds to be full. */
    private void fill(String name, boolean full) throws Exception {
        if (part(name).startsWith("ceph-osd")) {
            podman("exec", PROJECT + "_ceph-mon_1", "ceph", "--connect-timeout", "10", "osd", "set-full-ratio", full ? "0.0001" : "0.95");
            return;
        }
        for (Path disk : disks(name)) {
            Path filler = disk.resolve("campaign-fills-this");
            if (!full) {
                Files.deleteIfExists(filler);
                continue;
            }
            command(List.of("fallocate", "-l", "" + Files.getFileStore(disk).getUsableSpace(), filler.toString()));
            command(List.of("sh", "-c", "cat /dev/zero >>" + filler));
        }
    }

    /** Lets the processes of a part write so many bytes a second to each disk (cgroup v1, blkio); 0 is as many as they like. */
    private void slow(String name, long bytes) throws Exception {
        Path limit = BLOCKS.resolve("libpod-" + podman("inspect", "-f", "{{.Id}}", name).strip()).resolve("blkio.throttle.write_bps_device");
        if (!Files.exists(limit)) {
            return; // it does not run
        }
        List<Path> on = new ArrayList<>(disks(name));
        on.add(FAULTS.getRoot());
        for (Path disk : on) {
            String device = command(List.of("stat", "-c", "%Hd:%Ld", disk.toString())).strip();
            command(List.of("sh", "-c", "echo " + device + " " + bytes + " >" + limit));
        }
    }

    /** Asks a job's Flink for a savepoint, and waits for it or for its failure. */
    private void savepoint(String job, String format) throws Exception {
        String said = "none: Flink does not answer";
        try {
            String at = "http://" + address(PROJECT + "_" + job + "-jobmanager_1") + ":8081/jobs";
            String id = find("\"id\":\"([0-9a-f]{32})\",\"status\":\"RUNNING\"", flink(at, null));
            String trigger = find("\"request-id\":\"([0-9a-f]+)\"", flink(at + "/" + id + "/savepoints", "{\"formatType\":\"" + format + "\"}"));
            for (int i = 0; i < 60 && !said.equals("COMPLETED"); i++) {
                Thread.sleep(1_000);
                String answer = flink(at + "/" + id + "/savepoints/" + trigger, null);
                if (answer.contains("\"id\":\"COMPLETED\"")) {
                    said = answer.contains("failure-cause") ? "failed" : "made";
                    break;
                }
                said = "not made in 60 s";
            }
        } catch (IOException away) {
            said = "none: Flink does not answer";
        }
        savepoints.computeIfAbsent(job + " " + said, none -> new AtomicInteger()).incrementAndGet();
    }

    private static String address(String name) throws Exception {
        return podman("inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}", name).strip().split(" ")[0];
    }

    private String flink(String at, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(at)).timeout(Duration.ofSeconds(10));
        if (body != null) {
            request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
        }
        return http.send(request.build(), BodyHandlers.ofString()).body();
    }

    private static String find(String pattern, String text) throws IOException {
        Matcher found = Pattern.compile(pattern).matcher(text);
        if (!found.find()) {
            throw new IOException(text);
        }
        return found.group(1);
    }

    /** Replaces each container by one of the other version, as docs/operations/upgrade.md says, while items are on their way. */
    private void upgrade() throws Exception {
        String now = setting("LIUHEN_VERSION", "dev");
        String to = now.equals(options.get("--next")) ? first : options.get("--next");
        for (int i = 1; ; i++) { // compose gives up where a container that it wants to replace is hurt at that moment
            ProcessBuilder up = new ProcessBuilder("docker/up", "--no-build").redirectErrorStream(true);
            up.environment().put("LIUHEN_VERSION", to);
            Process process = up.start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() == 0) {
                say("from version %s to %s", now, to);
                byKind.merge("(in an upgrade)", 1, Integer::sum);
                return;
            }
            check(i < 4, "docker/up: %s", said);
            if (i == 4) {
                return;
            }
            heal();
        }
    }

    /** Starts again what does not run. What was done to disks, clocks and networks each fault takes back itself. */
    private void heal() throws Exception {
        for (String name : named(podman("ps", "-a", "--filter", "status=paused", "--format", "{{.Names}}"))) {
            podman("unpause", name);
        }
        List<String> runs = named(podman("ps", "--filter", "status=running", "--format", "{{.Names}}"));
        for (String name : all()) {
            if (!runs.contains(name) && !part(name).equals("keys")) {
                podman("start", name);
            }
        }
        say("all parts run");
    }

    private static String part(String name) {
        return name.substring(PROJECT.length() + 1).replaceFirst("_[0-9]+$", "");
    }

    private List<String> all() throws Exception {
        return named(podman("ps", "-a", "--format", "{{.Names}}"));
    }

    private static List<String> named(String lines) {
        return Arrays.stream(lines.split("\n")).filter(name -> name.startsWith(PROJECT + "_")).sorted().toList();
    }

    /** What may be hurt. */
    private List<String> parts() throws Exception {
        List<String> only = List.of(options.getOrDefault("--only", "").split(","));
        return all().stream()
                .filter(name -> !List.of("keys", "topics", "prometheus").contains(part(name)))
                .filter(name -> only.stream().anyMatch(part(name)::startsWith))
                .toList();
    }

    // ---- load

    private void send(Door door, Random own) throws Exception {
        while (!ended) {
            int size = own.nextInt(10) == 0 ? 8_500_000 + own.nextInt(12_000_000) : 1 + own.nextInt(200_000);
            byte[] content = new byte[size];
            own.nextBytes(content);
            String name = "c" + begun.incrementAndGet() + ".bin";
            String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
            Instant from = Instant.now();
            String place = create(door, name, size, sha256);
            if (place != null) {
                upload(door, place, name, content, sha256, own);
                longest.accumulateAndGet(Duration.between(from, Instant.now()).toSeconds(), Math::max);
            }
            Thread.sleep(own.nextInt(2_000));
        }
    }

    private String create(Door door, String name, int size, String sha256) throws Exception {
        String metadata = "filename " + base64(name) + ",sha256 " + base64(sha256) + ",officerNo " + base64(OFFICER)
                + ",caseId " + base64("（2026）试1号");
        while (!ended) {
            HttpResponse<String> answer = ask(door, HttpRequest.newBuilder(URI.create(door.at() + "/files"))
                    .header("Tus-Resumable", "1.0.0")
                    .header("Upload-Length", "" + size)
                    .header("Upload-Metadata", metadata)
                    .POST(BodyPublishers.noBody()));
            if (answer != null && answer.statusCode() == 201) {
                return door.at() + URI.create(answer.headers().firstValue("Location").orElseThrow()).getPath();
            }
            again(answer);
        }
        return null;
    }

    /** Sends the bytes in pieces. What was acknowledged once must never be asked for again. */
    private void upload(Door door, String place, String name, byte[] content, String sha256, Random own) throws Exception {
        long acknowledged = 0;
        long offset = 0;
        while (true) {
            int length = (int) Math.min(content.length - offset, 1 + own.nextInt(4_000_000));
            HttpResponse<String> answer = ask(door, HttpRequest.newBuilder(URI.create(place))
                    .header("Tus-Resumable", "1.0.0")
                    .header("Upload-Offset", "" + offset)
                    .header("Content-Type", "application/offset+octet-stream")
                    .method("PATCH", BodyPublishers.ofByteArray(content, (int) offset, length)));
            if (answer != null && answer.statusCode() == 204) {
                acknowledged = Long.parseLong(answer.headers().firstValue("Upload-Offset").orElseThrow());
                check(acknowledged == offset + length, "%s: %d after %d + %d", place, acknowledged, offset, length);
                offset = acknowledged;
            } else {
                again(answer);
                HttpResponse<String> head = ask(door, HttpRequest.newBuilder(URI.create(place))
                        .header("Tus-Resumable", "1.0.0")
                        .method("HEAD", BodyPublishers.noBody()));
                if (head == null || head.statusCode() != 200) {
                    check(head == null || head.statusCode() >= 500 || head.statusCode() == 401 || head.statusCode() == 409
                            || head.statusCode() == 423, "%s: %s to HEAD", place, head == null ? "" : head.statusCode());
                    continue;
                }
                offset = Long.parseLong(head.headers().firstValue("Upload-Offset").orElseThrow());
                check(offset >= acknowledged, "%s: %d were acknowledged, and now it is at %d", place, acknowledged, offset);
                acknowledged = Math.max(acknowledged, offset);
            }
            if (offset == content.length) {
                complete.put(place.substring(place.lastIndexOf('/') + 1), new Sent(name, content.length, sha256, Instant.now()));
                bytes.addAndGet(content.length);
                return;
            }
        }
    }

    private void again(HttpResponse<String> answer) throws InterruptedException {
        repeats.incrementAndGet();
        check(answer == null || answer.statusCode() >= 500 || List.of(401, 409, 423, 408, 429).contains(answer.statusCode()),
                "%s", answer == null ? "" : answer.uri() + " " + answer.statusCode() + " " + answer.body());
        Thread.sleep(300);
    }

    /** Where a sender comes in: an officer at the page, or a device, which has no number and shows its certificate instead. */
    private record Door(String called, String at, HttpClient http, String officer) {}

    private HttpResponse<String> ask(String officer, HttpRequest.Builder request) throws InterruptedException {
        return ask(new Door("page", url, http, officer), request);
    }

    /** The answer, or null where none came. */
    private HttpResponse<String> ask(Door door, HttpRequest.Builder request) throws InterruptedException {
        String method = request.build().method();
        try {
            if (door.officer() != null) {
                String token = tokens.get(door.officer());
                request.header("Authorization", "Bearer " + (token == null ? signIn(door.officer()) : token));
            }
            HttpResponse<String> answer = door.http().send(request.timeout(Duration.ofSeconds(40)).build(), BodyHandlers.ofString());
            if (answer.statusCode() == 401 && door.officer() != null) {
                tokens.remove(door.officer());
            }
            if (answer.statusCode() >= 400) {
                Matcher code = Pattern.compile("\\b[A-Z]{2}-[0-9]{3}\\b").matcher(answer.body());
                count(door, method + " " + answer.statusCode() + (code.find() ? " " + code.group() : ""));
            }
            return answer;
        } catch (IOException away) {
            count(door, method + " " + (away.getMessage() != null && away.getMessage().startsWith("sign-in") ? away.getMessage() : away.getClass().getSimpleName()));
            return null;
        }
    }

    private void count(Door door, String what) {
        unanswered.computeIfAbsent(door.called() + " " + what, none -> new AtomicInteger()).incrementAndGet();
    }

    /** A new device, with a key of its own (RFC 7030). */
    private Door enrol(String serial) throws Exception {
        String code = command(List.of("docker/liuhen", "--console", "device", "add", serial)).strip().split("\\.")[0];
        Path folder = Files.createTempDirectory("campaign");
        String key = folder.resolve("key").toString();
        command(List.of("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x", "-keyout", key,
                "-out", key + ".csr", "-outform", "DER"));
        byte[] authority = Base64.getMimeDecoder().decode(podman("run", "--rm", "-v", PROJECT + "_review-key:/k:ro", "--entrypoint", "base64",
                "localhost/liuhen:" + first, "/k/devices/" + setting("LIUHEN_SITE", "site-1") + ".crt"));
        String basic = base64(serial + ":" + code);
        HttpResponse<String> answer = client(tls(authority, null)).send(HttpRequest.newBuilder(URI.create(devices + "/.well-known/est/simpleenroll"))
                .header("Authorization", "Basic " + basic)
                .POST(BodyPublishers.ofString(Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(key + ".csr"))))).build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("enrolment: " + answer.statusCode() + " " + answer.body());
        }
        Certificate[] chain = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Base64.getMimeDecoder().decode(answer.body()))).toArray(Certificate[]::new);
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry("own", KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(Files.readString(Path.of(key)).replaceAll("-----.*", "")))), new char[0], chain);
        return new Door("device", devices, client(tls(authority, own)), null);
    }

    private static HttpClient client(SSLContext tls) {
        return HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build();
    }

    private static SSLContext tls(byte[] authority, KeyStore own) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(authority))) {
            trusted.setCertificateEntry("authority", one);
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), managers.getTrustManagers(), null);
        return tls;
    }

    private synchronized String signIn(String officer) throws IOException, InterruptedException {
        String there = tokens.get(officer);
        if (there != null) {
            return there;
        }
        String body = "{\"officerNo\":\"" + officer + "\",\"password\":\"" + password() + "\",\"bearer\":true}";
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create(url + "/api/session")).timeout(Duration.ofSeconds(20))
                .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("sign-in: " + answer.statusCode());
        }
        Matcher token = Pattern.compile("\"token\":\"([^\"]+)\"").matcher(answer.body());
        if (!token.find()) {
            throw new IOException(answer.body());
        }
        tokens.put(officer, token.group(1));
        return token.group(1);
    }

    private static String password() {
        return "four quiet words here";
    }

    private void admit(String officer, String role, String unit) throws Exception {
        List<String> add = new ArrayList<>(List.of("docker/liuhen", "--console", "person", "add", officer, "--as", role));
        if (unit != null) {
            add.addAll(List.of("--unit", unit));
        }
        String first = command(add).strip();
        ProcessBuilder change = new ProcessBuilder("docker/liuhen", "list", "--officer", officer).redirectErrorStream(true);
        change.environment().put("LIUHEN_PASSWORD", first);
        change.environment().put("LIUHEN_NEW_PASSWORD", password());
        output(change); // refused where he was admitted by an earlier campaign: his password is known then
    }

    // ---- what is looked at

    private void watchHeads() throws Exception {
        while (!ended) {
            HttpResponse<String> answer = ask(AUDITOR, HttpRequest.newBuilder(URI.create(url + "/log/site-1/checkpoint")));
            if (answer != null && answer.statusCode() == 200) {
                String[] lines = answer.body().split("\n");
                byte[] root = Base64.getDecoder().decode(lines[2]);
                byte[] before = heads.put(Long.parseLong(lines[1]), root);
                check(before == null || Arrays.equals(before, root), "two roots of size %s", lines[1]);
            }
            Thread.sleep(300);
        }
    }

    private void look() throws Exception {
        say("looking: %d uploads were told complete", complete.size());
        List<String> left = new ArrayList<>(complete.keySet());
        Instant until = Instant.now().plusSeconds(600); // from the last one that got through
        while (!left.isEmpty() && Instant.now().isBefore(until)) {
            for (String id : List.copyOf(left)) {
                Thread.sleep(15); // one person may ask a hundred times a second
                HttpResponse<String> answer = ask(AUDITOR, HttpRequest.newBuilder(URI.create(url + "/api/evidence?id=" + id))); // sees those of devices, too
                if (answer != null && answer.statusCode() == 200 && answer.body().contains("\"sealedUntil\"")) {
                    check(answer.body().contains("\"state\":\"verified\""), "%s: %s", id, answer.body());
                    check(answer.body().contains(complete.get(id).sha256()), "%s has another digest", id);
                    left.remove(id);
                    until = Instant.now().plusSeconds(600);
                }
            }
            Thread.sleep(500);
        }
        check(complete.size() > 0, "nothing could be uploaded, so nothing was tried");
        check(left.isEmpty(), "%d are stuck, such as %s", left.size(), left.isEmpty() ? "" : left.get(0));
        say("%d sealed", complete.size() - left.size());
        long size = log();
        say("the log has %d entries, each event once; %d heads are prefixes of it", size, heads.size());
        ProcessBuilder verify = new ProcessBuilder("docker/liuhen", "verify", "--all", "--officer", AUDITOR).redirectErrorStream(true);
        verify.environment().put("LIUHEN_PASSWORD", password());
        String said = output(verify);
        say("%s", said.strip());
        check(said.contains("\nverified: ") || said.startsWith("verified: "), "verify --all: %s", said);
    }

    /** Reads the whole log, and computes its root at each size that was seen (RFC 6962, section 2.1). */
    private long log() throws Exception {
        HttpResponse<String> newest = null;
        while (newest == null || newest.statusCode() != 200) {
            newest = ask(AUDITOR, HttpRequest.newBuilder(URI.create(url + "/log/site-1/checkpoint")));
        }
        long size = Long.parseLong(newest.body().split("\n")[1]);
        heads.put(size, Base64.getDecoder().decode(newest.body().split("\n")[2]));
        List<byte[]> stack = new ArrayList<>(); // roots of the full trees on the left, the largest first
        Map<String, Long> events = new java.util.HashMap<>();
        for (long index = 0, bundle = 0; index < size; bundle++) {
            int width = (int) Math.min(256, size - index);
            ByteBuffer all = ByteBuffer.wrap(file("tile/entries/" + tile(bundle) + (width < 256 ? ".p/" + width : "")));
            for (int i = 0; i < width; i++, index++) {
                byte[] entry = new byte[all.getShort() & 0xffff];
                all.get(entry);
                Matcher id = ITEM_EVENT.matcher(new String(entry, StandardCharsets.UTF_8));
                if (id.find()) {
                    Long earlier = events.put(id.group(1), index);
                    check(earlier == null, "event %s is entry %s and entry %d", id.group(1), earlier, index);
                }
                byte[] hash = sha256(new byte[] {0}, entry);
                for (long n = index; (n & 1) == 1; n >>= 1) {
                    hash = sha256(new byte[] {1}, stack.remove(stack.size() - 1), hash);
                }
                stack.add(hash);
                byte[] head = heads.get(index + 1);
                if (head != null) {
                    byte[] root = stack.get(stack.size() - 1);
                    for (int j = stack.size() - 2; j >= 0; j--) {
                        root = sha256(new byte[] {1}, stack.get(j), root);
                    }
                    check(Arrays.equals(root, head), "the head of size %d is no prefix", index + 1);
                }
            }
        }
        check(events.size() > complete.size(), "events were not found in entries");
        return size;
    }

    private static String tile(long index) {
        String path = String.format("%03d", index % 1000);
        for (long rest = index / 1000; rest > 0; rest /= 1000) {
            path = String.format("x%03d/%s", rest % 1000, path);
        }
        return path;
    }

    private byte[] file(String path) throws Exception {
        for (int i = 0; i < 60; i++) {
            try {
                HttpResponse<byte[]> answer = http.send(HttpRequest.newBuilder(URI.create(url + "/log/site-1/" + path))
                        .header("Authorization", "Bearer " + signIn(AUDITOR)).build(), BodyHandlers.ofByteArray());
                if (answer.statusCode() == 200) {
                    return answer.body();
                }
                tokens.remove(AUDITOR);
            } catch (IOException away) {
                // once more
            }
            Thread.sleep(1_000);
        }
        throw new IOException(path + " is not to be had");
    }

    // ---- small things

    private interface Task {
        void run() throws Exception;
    }

    private Thread start(String name, Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (Exception | AssertionError broken) {
                broken.printStackTrace();
                wrong.add(name + ": " + broken);
            }
        }, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void check(boolean good, String words, Object... values) {
        if (!good) {
            String said = String.format(words, values);
            wrong.add(said);
            say("WRONG: %s", said);
        }
    }

    private static byte[] sha256(byte[]... parts) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String setting(String name, String otherwise) throws IOException {
        return Files.readAllLines(HERE.resolve("docker/.env")).stream()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .reduce((first, last) -> last)
                .orElse(otherwise);
    }

    private static String podman(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("podman"));
        all.addAll(List.of(arguments));
        return command(all);
    }

    private static String command(List<String> all) throws Exception {
        return output(new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.DISCARD));
    }

    private static String output(ProcessBuilder builder) throws Exception {
        Process process = builder.start();
        process.getOutputStream().close();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        process.getInputStream().transferTo(said);
        process.waitFor(120, TimeUnit.SECONDS);
        return said.toString(StandardCharsets.UTF_8);
    }

    private static void say(String words, Object... values) {
        PrintStream out = System.out;
        out.println(Instant.now().toString().substring(11, 19) + " " + String.format(words, values));
        out.flush();
    }
}
