// Reads a log of ours with the code of the Go checksum database (golang.org/x/mod/sumdb/note and tlog), which is not ours
// and reads tiles of the same form. Usage: verify_log FOLDER LOG-KEY WITNESS-KEY; prints a line for what holds and ends
// with 1 at the first thing that does not.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// The files of the log as tiles of 256 hashes; C2SP tlog-tiles names them without the height.
type tiles struct{ folder string }

func (t tiles) Height() int { return 8 }

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// A witness's key (C2SP tlog-cosignature): NAME+HASH+BASE64(0x04 || key); the signed text names the time.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }
func (w witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	seconds := binary.BigEndian.Uint64(signature)
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", seconds, text)
	return ed25519.Verify(w.key, []byte(message), signature[8:])
}

func parseWitness(text string) witness {
	parts := strings.SplitN(text, "+", 3)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	must(err)
	if key[0] != 4 {
		log.Fatalf("%s is not the key of a witness", text)
	}
	digest := sha256.Sum256([]byte(parts[0] + "\n" + string(key)))
	hash := binary.BigEndian.Uint32(digest[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		log.Fatalf("%s has another key hash", text)
	}
	return witness{parts[0], hash, key[1:]}
}

func head(signed []byte, keys ...note.Verifier) tlog.Tree {
	opened, err := note.Open(signed, note.VerifierList(keys...))
	must(err)
	if len(opened.Sigs) != len(keys) {
		log.Fatalf("%d of %d keys signed", len(opened.Sigs), len(keys))
	}
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree
}

func main() {
	folder := os.Args[1]
	key, err := note.NewVerifier(os.Args[2])
	must(err)
	seen := parseWitness(os.Args[3])
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(folder, name))
		must(err)
		return data
	}

	newest := head(read("checkpoint"), key)
	reader := tlog.TileHashReader(newest, tiles{folder})
	witnessed := head(read("checkpoint.witnessed"), key, seen)
	proof, err := tlog.ProveTree(newest.N, witnessed.N, reader)
	must(err)
	must(tlog.CheckTree(proof, newest.N, newest.Hash, witnessed.N, witnessed.Hash))
	fmt.Printf("the head of %d continues the witnessed head of %d\n", newest.N, witnessed.N)

	for first := int64(0); first < newest.N; first += 256 {
		tile := tlog.Tile{H: 8, L: 0, N: first / 256, W: int(min(256, newest.N-first))}
		bundle := read(strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1))
		var places []int64
		for i := 0; i < tile.W; i++ {
			places = append(places, tlog.StoredHashIndex(0, first+int64(i)))
		}
		leaves, err := reader.ReadHashes(places)
		must(err)
		for i := range leaves {
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			if tlog.RecordHash(bundle[2:end]) != leaves[i] {
				log.Fatalf("entry %d is not its leaf", first+int64(i))
			}
			bundle = bundle[end:]
		}
	}
	fmt.Printf("%d entries are the leaves of the signed tree\n", newest.N)

	// A receipt (C2SP tlog-proof): header, extra, index, hashes, an empty line, the checkpoint.
	parts := bytes.SplitN(read("receipt"), []byte("\n\n"), 2)
	lines := strings.Split(string(parts[0]), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		log.Fatal("not a tlog-proof")
	}
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	must(err)
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	must(err)
	var path tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		must(err)
		path = append(path, hash)
	}
	tree := head(parts[1], key, seen)
	must(tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(entry)))
	fmt.Printf("the receipt proves entry %d of %d\n", index, tree.N)
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}
