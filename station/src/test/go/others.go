// What others wrote for C2SP logs and witnesses, as a program of their own: Tessera's log and its client of witnesses, the readers of logs
// of Tessera and of torchwood, and the agent that holds litewitness' key. Prints a line for what holds and ends with 1 at the first thing
// that does not.
//
//	others grow FOLDER                    a log of Tessera, and forks of it, ask a witness: prints the log's key, then reads WITNESS-KEY URL
//	others read URL LOG-KEY POLICY HEAD   reads a log; HEAD is the file of the last head seen, if there is one
//	others receipt FILE POLICY            checks a receipt
//	others agent SOCKET                   an agent for one new key, until it is killed; first prints the key's fingerprint
package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/torchwood"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"k8s.io/klog/v2"
)

const origin = "other.example/log"

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func get[T any](value T, err error) T {
	must(err)
	return value
}

func require(holds bool, what string, arguments ...any) {
	if !holds {
		log.Fatalf(what, arguments...)
	}
}

// One log of Tessera in a folder.
type grown struct {
	reader tessera.LogReader
	heads  [][]byte
}

func (g grown) tree(head []byte) torchwood.Checkpoint {
	text, _, _ := strings.Cut(string(head), "\n\n")
	return get(torchwood.ParseCheckpoint(text + "\n"))
}

func (g grown) last() torchwood.Checkpoint { return g.tree(g.heads[len(g.heads)-1]) }

// Makes a log that publishes a head after each of these steps; it waits for the witnesses of these options.
func grow(folder, word string, options *tessera.AppendOptions, steps ...int) grown {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	driver := get(posix.New(ctx, posix.Config{Path: folder}))
	appender, shutdown, reader, err := tessera.NewAppender(ctx, driver,
		options.WithBatching(256, 50*time.Millisecond).WithCheckpointInterval(100*time.Millisecond))
	must(err)
	awaiter := tessera.NewPublicationAwaiter(ctx, reader.ReadCheckpoint, 50*time.Millisecond)
	log := grown{reader: reader}
	count := 0
	for _, step := range steps {
		var last tessera.IndexFuture
		for i := 0; i < step; i++ {
			last = appender.Add(ctx, tessera.NewEntry([]byte(fmt.Sprintf("%s %d", word, count))))
			count++
		}
		_, head, err := awaiter.Await(ctx, last)
		must(err)
		log.heads = append(log.heads, head)
	}
	must(shutdown(ctx))
	return log
}

// A log as its reader finds it, with a head of before, or none.
type remembering struct {
	tessera.LogReader
	head []byte
}

func (r remembering) ReadCheckpoint(context.Context) ([]byte, error) {
	if r.head == nil {
		return nil, os.ErrNotExist
	}
	return r.head, nil
}

func growLogs(folder string) {
	secret, public, err := note.GenerateKey(rand.Reader, origin)
	must(err)
	otherSecret, _, err := note.GenerateKey(rand.Reader, origin)
	must(err)
	strangeSecret, _, err := note.GenerateKey(rand.Reader, "stranger.example/log")
	must(err)
	fmt.Println(public)
	var witnessKey, witnessURL string
	get(fmt.Scan(&witnessKey, &witnessURL)) // by then the witness knows the log
	policy := fmt.Sprintf("witness w %s %s\nquorum w\n", witnessKey, witnessURL)
	witness := get(tessera.NewWitnessGroupFromPolicy([]byte(policy)))
	options := func(secret string) *tessera.AppendOptions {
		return tessera.NewAppendOptions().WithCheckpointSigner(get(note.NewSigner(secret)))
	}
	asking := func(secret string) *tessera.AppendOptions { return options(secret).WithWitnesses(witness, nil) }

	ours := grow(filepath.Join(folder, "log"), "entry", asking(secret), 1, 2, 300, 7)
	for _, head := range ours.heads {
		_, _, err := torchwood.VerifyCheckpoint(head, get(torchwood.ParsePolicy([]byte("log "+public+"\n"+policy))))
		must(err)
		require(witness.Satisfied(head), "a head was published without its cosignature:\n%s", head)
		fmt.Printf("a head of %d entries is cosigned\n", ours.tree(head).N)
	}

	ask := func(secret string, log tessera.LogReader, head torchwood.Checkpoint) error {
		cosigned, err := asking(secret).CheckpointPublisher(log, http.DefaultClient)(
			context.Background(), uint64(head.N), head.Hash[:])
		require(err != nil || witness.Satisfied(cosigned), "no cosignature and no error")
		return err
	}
	refuses := func(what, how string, err error) {
		require(err != nil && strings.Contains(err.Error(), how), "%s: %v", what, err)
		fmt.Printf("%s: refused\n", what)
	}
	must(ask(secret, remembering{ours.reader, nil}, ours.last()))
	must(ask(secret, remembering{ours.reader, ours.heads[0]}, ours.last()))
	fmt.Println("whoever knows no size, or an old one, is told the last one and gets its cosignature")
	refuses("an older head", "larger than log size", ask(secret, remembering{ours.reader, nil}, ours.tree(ours.heads[1])))
	longer := grow(filepath.Join(folder, "longer"), "another entry", options(secret), 320)
	refuses("a fork that is longer", "422", ask(secret, remembering{longer.reader, nil}, longer.last()))
	same := grow(filepath.Join(folder, "same"), "another entry", options(secret), 310)
	refuses("a fork of the same size", "422", ask(secret, remembering{same.reader, nil}, same.last()))
	refuses("a head that another key signed", "403", ask(otherSecret, ours.reader, ours.last()))
	refuses("a log that is not known", "404", ask(strangeSecret, ours.reader, ours.last()))
	must(ask(secret, ours.reader, ours.last()))
	fmt.Println("the log itself is cosigned as before")
}

func leaves(bundle []byte) ([][]byte, error) {
	var entries api.EntryBundle
	if err := entries.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	var hashes [][]byte
	for _, entry := range entries.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(entry))
	}
	return hashes, nil
}

func readByTessera(place, key string, before []byte) (head []byte) {
	ctx := context.Background()
	verifier := get(note.NewVerifier(key))
	fetcher := get(client.NewHTTPFetcher(get(url.Parse(place)), nil))
	tracker := get(client.NewLogStateTracker(ctx, fetcher.ReadTile, before, verifier, verifier.Name(),
		client.UnilateralConsensus(fetcher.ReadCheckpoint)))
	old := tracker.Latest().Size
	if before != nil {
		_, consistency, _, err := tracker.Update(ctx)
		must(err)
		require(tracker.Latest().Size > old && len(consistency) > 0, "the log has not grown")
		fmt.Println("Tessera: the head continues the last one")
	}
	_, _, head, err := tracker.Update(ctx)
	must(err)
	latest := tracker.Latest()
	builder := get(client.NewProofBuilder(ctx, latest.Size, fetcher.ReadTile))
	for i := uint64(0); i < latest.Size; i++ {
		bundle := get(client.GetEntryBundle(ctx, fetcher.ReadEntryBundle, i/256, latest.Size))
		must(proof.VerifyInclusion(rfc6962.DefaultHasher, i, latest.Size,
			rfc6962.DefaultHasher.HashLeaf(bundle.Entries[i%256]), get(builder.InclusionProof(ctx, i)), latest.Hash))
	}
	must(fsck.New(verifier.Name(), verifier, fetcher, leaves, fsck.Opts{}).Check(ctx))
	fmt.Println("Tessera: each entry is in the tree, and all files are those of the tree")
	return head
}

func readByTorchwood(place, key string, policy torchwood.Policy, before []byte) {
	ctx := context.Background()
	fetcher := get(torchwood.NewTileFetcher(place))
	reader := get(torchwood.NewClient(fetcher))
	log := get(torchwood.ParsePolicy([]byte("log " + key + "\nquorum none\n")))
	tree, _, err := torchwood.VerifyCheckpoint(get(fetcher.ReadEndpoint(ctx, "checkpoint")), log)
	must(err)
	witnessed, signed, err := torchwood.VerifyCheckpoint(get(fetcher.ReadEndpoint(ctx, "checkpoint.witnessed")), policy)
	must(err)
	consistent := func(old torchwood.Checkpoint) {
		path := get(tlog.ProveTree(tree.N, old.N, torchwood.TileHashReaderWithContext(ctx, tree.Tree, fetcher)))
		must(tlog.CheckTree(path, tree.N, tree.Hash, old.N, old.Hash))
	}
	consistent(witnessed)
	if before != nil {
		old, _, err := torchwood.VerifyCheckpoint(before, log)
		must(err)
		consistent(old)
		fmt.Println("torchwood: the head continues the last one")
	}
	entries := int64(0)
	for i, entry := range reader.AllEntries(ctx, tree.Tree, 0) {
		one, path, err := reader.Entry(ctx, tree.Tree, i)
		must(err)
		require(bytes.Equal(one, entry), "entry %d is another one", i)
		must(tlog.CheckRecord(path, tree.N, tree.Hash, i, tlog.RecordHash(entry)))
		entries++
	}
	must(reader.Err())
	require(entries == tree.N, "%d of %d entries", entries, tree.N)
	fmt.Printf("torchwood: each entry is in the tree, and %d keys of the policy signed the witnessed head\n", len(signed.Sigs))
}

func receipt(bytes []byte, policy torchwood.Policy) {
	entry := get(torchwood.ProofExtraData(bytes))
	must(torchwood.VerifyProof(policy, tlog.RecordHash(entry), bytes))
	fmt.Println("torchwood: the receipt holds")
}

func serveAgent(socket string) {
	_, secret, err := ed25519.GenerateKey(rand.Reader)
	must(err)
	keys := agent.NewKeyring()
	must(keys.Add(agent.AddedKey{PrivateKey: secret}))
	listener := get(net.Listen("unix", socket))
	fmt.Println(ssh.FingerprintSHA256(get(ssh.NewSignerFromKey(secret)).PublicKey()))
	for {
		connection := get(listener.Accept())
		go agent.ServeAgent(keys, connection)
	}
}

func main() {
	log.SetFlags(0)
	arguments := os.Args[2:]
	policy := func(file string) torchwood.Policy { return get(torchwood.ParsePolicy(get(os.ReadFile(file)))) }
	switch os.Args[1] {
	case "grow":
		growLogs(arguments[0])
	case "read":
		klog.LogToStderr(false) // Tessera says what it does
		klog.SetOutput(io.Discard)
		before, _ := os.ReadFile(arguments[3])
		readByTorchwood(arguments[0], arguments[1], policy(arguments[2]), before)
		must(os.WriteFile(arguments[3], readByTessera(arguments[0], arguments[1], before), 0o600))
	case "receipt":
		receipt(get(os.ReadFile(arguments[0])), policy(arguments[1]))
	case "agent":
		serveAgent(arguments[0])
	}
}
