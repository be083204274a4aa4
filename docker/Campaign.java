import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Faults for a cluster that docker/up or docker/try --stay started with podman: officers upload through the proxy all the time while parts
 * are killed, stopped, paused and cut off, alone and in pairs, and then all is healed and looked at. Shares no code with Liuhen; needs a JDK.
 *
 * <pre>LIUHEN_PROJECT=liuhen-try java docker/Campaign.java FAULTS SEED</pre>
 *
 * <p>It ends with 0 when: each byte that was acknowledged is there and no offset was ever taken back; each upload that was told complete is
 * verified, sealed and on the record; each event is in the log once; each head that was ever seen is a prefix of the last one; nothing is
 * stuck; and {@code liuhen verify --all} finds that objects, log and read model agree.
 */
public final class Campaign {
    private static final String PROJECT = System.getenv().getOrDefault("LIUHEN_PROJECT", "liuhen");
    private static final Path HERE = Path.of(System.getProperty("user.dir"));
    private static final int SENDERS = 4;
    private static final String OFFICER = "110901";
    private static final String AUDITOR = "900902";
    private static final Pattern ITEM_EVENT = Pattern.compile("\"eventId\":\"([^\"]+)\"");

    private final Random random;
    private final HttpClient http;
    private final String url;
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final Map<String, Sent> complete = new ConcurrentHashMap<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger repeats = new AtomicInteger();
    private final TreeMap<Long, byte[]> heads = new TreeMap<>();
    private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, long[]> outages = new LinkedHashMap<>();
    private volatile boolean ended;

    private record Sent(String name, long size, String sha256, Instant at) {}

    private Campaign(long seed) throws Exception {
        random = new Random(seed);
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(HERE.resolve("docker/page.crt"))) {
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("page", one);
            }
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, managers.getTrustManagers(), null);
        http = HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5)).build();
        url = "https://localhost:" + setting("LIUHEN_PAGE_PORT", "8480");
    }

    public static void main(String[] arguments) throws Exception {
        int faults = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime() & 0xffffff;
        System.exit(new Campaign(seed).run(faults, seed) ? 0 : 1);
    }

    private boolean run(int faults, long seed) throws Exception {
        say("seed %d, %d faults, project %s", seed, faults, PROJECT);
        admit(OFFICER, "case-officer", "110105");
        admit(AUDITOR, "auditor", null);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            Random own = new Random(seed * 31 + i);
            threads.add(start("sender-" + i, () -> send(own)));
        }
        threads.add(start("heads", this::watchHeads));
        for (int i = 1; i <= faults && wrong.isEmpty(); i++) {
            fault(i);
            Thread.sleep(1_000 + random.nextInt(6_000));
        }
        heal();
        Thread.sleep(5_000);
        ended = true;
        for (Thread thread : threads) {
            thread.join(TimeUnit.MINUTES.toMillis(3));
            check(!thread.isAlive(), "%s does not end", thread.getName());
        }
        look();
        say("faults by part: %s", outages.entrySet().stream()
                .map(one -> one.getKey() + " " + one.getValue()[0]).toList());
        wrong.forEach(one -> say("WRONG: %s", one));
        say("seed %d: %d uploads begun, %d complete, %d bytes, %d requests repeated, %d heads seen", seed, begun.get(),
                complete.size(), bytes.get(), repeats.get(), heads.size());
        System.out.println(wrong.isEmpty() ? "1 passed, 0 failed" : "0 passed, 1 failed");
        return wrong.isEmpty();
    }

    // ---- faults

    private static final List<String> KINDS = List.of("kill", "kill", "stop", "pause", "cut off");

    private void fault(int number) throws Exception {
        Map<String, String> parts = parts();
        int many = random.nextInt(4) == 0 ? 2 : 1;
        List<String> names = new ArrayList<>(parts.keySet());
        Collections.shuffle(names, random);
        List<Thread> at = new ArrayList<>();
        for (String name : names.subList(0, many)) {
            String kind = KINDS.get(random.nextInt(KINDS.size()));
            int seconds = 1 + random.nextInt(kind.equals("pause") || kind.equals("cut off") ? 20 : 5);
            say("fault %d: %s %s%s", number, kind, name, kind.startsWith("kill") ? "" : " for " + seconds + " s");
            outages.computeIfAbsent(part(name), none -> new long[1])[0]++;
            at.add(start("fault", () -> hurt(kind, name, seconds)));
        }
        for (Thread one : at) {
            one.join();
        }
    }

    private void hurt(String kind, String name, int seconds) throws Exception {
        switch (kind) {
            case "kill" -> {
                String pid = podman("inspect", "-f", "{{.State.Pid}}", name).strip();
                if (!pid.equals("0")) {
                    command(List.of("kill", "-9", pid));
                }
            }
            case "stop" -> {
                podman("stop", "-t", "20", name);
                Thread.sleep(seconds * 1_000L);
                podman("start", name);
            }
            case "pause" -> {
                podman("pause", name);
                Thread.sleep(seconds * 1_000L);
                podman("unpause", name);
            }
            default -> {
                List<String> networks = Arrays.asList(podman("inspect", "-f",
                        "{{range $name, $one := .NetworkSettings.Networks}}{{$name}}={{$one.IPAddress}} {{end}}", name).strip().split(" "));
                String network = networks.get(random.nextInt(networks.size()));
                String[] at = network.split("=");
                podman("network", "disconnect", at[0], name);
                Thread.sleep(seconds * 1_000L);
                podman("network", "connect", "--alias", part(name), "--ip", at[1], at[0], name); // a cable changes no address
            }
        }
    }

    /** Starts again what does not run, and waits until all parts answer. */
    private void heal() throws Exception {
        for (String name : all()) {
            String state = podman("inspect", "-f", "{{.State.Status}}", name).strip();
            if (state.equals("paused")) {
                podman("unpause", name);
            } else if (!state.equals("running") && !part(name).equals("keys")) {
                podman("start", name);
            }
        }
        say("all parts run");
    }

    private static String part(String name) {
        return name.substring(PROJECT.length() + 1).replaceFirst("_[0-9]+$", "");
    }

    private List<String> all() throws Exception {
        return Arrays.stream(podman("ps", "-a", "--format", "{{.Names}}").split("\n"))
                .filter(name -> name.startsWith(PROJECT + "_"))
                .sorted()
                .toList();
    }

    /** What may be hurt: each with its state. */
    private Map<String, String> parts() throws Exception {
        Map<String, String> found = new TreeMap<>();
        for (String name : all()) {
            if (!List.of("keys", "topics", "prometheus").contains(part(name))) {
                found.put(name, "");
            }
        }
        return found;
    }

    // ---- load

    private void send(Random own) throws Exception {
        while (!ended) {
            int size = own.nextInt(10) == 0 ? 8_500_000 + own.nextInt(12_000_000) : 1 + own.nextInt(200_000);
            byte[] content = new byte[size];
            own.nextBytes(content);
            String name = "c" + begun.incrementAndGet() + ".bin";
            String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
            String place = create(name, size, sha256);
            if (place != null) {
                upload(place, name, content, sha256, own);
            }
            Thread.sleep(own.nextInt(400));
        }
    }

    private String create(String name, int size, String sha256) throws Exception {
        String metadata = "filename " + base64(name) + ",sha256 " + base64(sha256) + ",officerNo " + base64(OFFICER)
                + ",caseId " + base64("（2026）试1号");
        while (!ended) {
            HttpResponse<String> answer = ask(OFFICER, HttpRequest.newBuilder(URI.create(url + "/files"))
                    .header("Tus-Resumable", "1.0.0")
                    .header("Upload-Length", "" + size)
                    .header("Upload-Metadata", metadata)
                    .POST(BodyPublishers.noBody()));
            if (answer != null && answer.statusCode() == 201) {
                return url + URI.create(answer.headers().firstValue("Location").orElseThrow()).getPath();
            }
            again(answer);
        }
        return null;
    }

    /** Sends the bytes in pieces. What was acknowledged once must never be asked for again. */
    private void upload(String place, String name, byte[] content, String sha256, Random own) throws Exception {
        long acknowledged = 0;
        long offset = 0;
        while (true) {
            int length = (int) Math.min(content.length - offset, 1 + own.nextInt(4_000_000));
            HttpResponse<String> answer = ask(OFFICER, HttpRequest.newBuilder(URI.create(place))
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
                HttpResponse<String> head = ask(OFFICER, HttpRequest.newBuilder(URI.create(place))
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

    /** The answer, or null where none came. */
    private HttpResponse<String> ask(String officer, HttpRequest.Builder request) throws InterruptedException {
        try {
            String token = tokens.get(officer);
            if (token == null) {
                token = signIn(officer);
            }
            HttpResponse<String> answer = http.send(request.timeout(Duration.ofSeconds(40)).header("Authorization", "Bearer " + token).build(), BodyHandlers.ofString());
            if (answer.statusCode() == 401) {
                tokens.remove(officer);
            }
            return answer;
        } catch (IOException away) {
            return null;
        }
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
            throw new IOException("sign-in: " + answer.statusCode() + " " + answer.body());
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
        Instant until = Instant.now().plusSeconds(300);
        while (!left.isEmpty() && Instant.now().isBefore(until)) {
            for (String id : List.copyOf(left)) {
                HttpResponse<String> answer = ask(OFFICER, HttpRequest.newBuilder(URI.create(url + "/api/evidence?id=" + id)));
                if (answer != null && answer.statusCode() == 200 && answer.body().contains("\"sealedUntil\"")) {
                    check(answer.body().contains("\"state\":\"verified\""), "%s: %s", id, answer.body());
                    check(answer.body().contains(complete.get(id).sha256()), "%s has another digest", id);
                    left.remove(id);
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
