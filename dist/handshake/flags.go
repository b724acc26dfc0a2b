package handshake

import "strings"

// Flags is the set of capabilities of a node, as the protocol's 64 bits.
type Flags uint64

// The flags, with the protocol's numbers. erl_dist_protocol, "Distribution Flags".
const (
	Published          Flags = 1 << 0
	ExtendedReferences Flags = 1 << 2
	DistMonitor        Flags = 1 << 3
	FunTags            Flags = 1 << 4
	DistMonitorName    Flags = 1 << 5
	NewFunTags         Flags = 1 << 7
	ExtendedPidsPorts  Flags = 1 << 8
	ExportPtrTag       Flags = 1 << 9
	BitBinaries        Flags = 1 << 10
	NewFloats          Flags = 1 << 11
	UnicodeIO          Flags = 1 << 12
	DistHdrAtomCache   Flags = 1 << 13
	SmallAtomTags      Flags = 1 << 14
	UTF8Atoms          Flags = 1 << 16
	MapTag             Flags = 1 << 17
	BigCreation        Flags = 1 << 18
	SendSender         Flags = 1 << 19
	BigSeqtraceLabels  Flags = 1 << 20
	ExitPayload        Flags = 1 << 22
	Fragments          Flags = 1 << 23
	Handshake23        Flags = 1 << 24
	UnlinkID           Flags = 1 << 25
	Mandatory25Digest  Flags = 1 << 26
	Spawn              Flags = 1 << 32
	NameMe             Flags = 1 << 33
	V4NC               Flags = 1 << 34
	Alias              Flags = 1 << 35
	AltactSig          Flags = 1 << 37
	NativeRecords      Flags = 1 << 38

	// Of erlsh alone; other nodes ignore bits that they do not know.
	Erlsh   Flags = 1 << 58 // the node is one of ours
	Msgpack Flags = 1 << 59 // it carries control messages and terms as msgpack where both sides do
)

// flag is one row of the table: what the flag means to us.
type flag struct {
	bit       Flags
	name      string
	mandatory bool // a peer without it cannot connect: the set of OTP 25, whose terms we write
	ours      bool // we set it
}

// table has the flags in the order of their bits.
var table = []flag{
	{Published, "PUBLISHED", false, false}, // set by visible nodes
	{ExtendedReferences, "EXTENDED_REFERENCES", true, true},
	{DistMonitor, "DIST_MONITOR", false, true},
	{FunTags, "FUN_TAGS", true, true},
	{DistMonitorName, "DIST_MONITOR_NAME", false, true},
	{NewFunTags, "NEW_FUN_TAGS", true, true},
	{ExtendedPidsPorts, "EXTENDED_PIDS_PORTS", true, true},
	{ExportPtrTag, "EXPORT_PTR_TAG", true, true},
	{BitBinaries, "BIT_BINARIES", true, true},
	{NewFloats, "NEW_FLOATS", true, true},
	{UnicodeIO, "UNICODE_IO", false, true},
	{DistHdrAtomCache, "DIST_HDR_ATOM_CACHE", false, false},
	{SmallAtomTags, "SMALL_ATOM_TAGS", false, true},
	{UTF8Atoms, "UTF8_ATOMS", true, true},
	{MapTag, "MAP_TAG", true, true},
	{BigCreation, "BIG_CREATION", true, true},
	{SendSender, "SEND_SENDER", false, true},
	{BigSeqtraceLabels, "BIG_SEQTRACE_LABELS", false, true},
	{ExitPayload, "EXIT_PAYLOAD", false, true},
	{Fragments, "FRAGMENTS", false, true},
	{Handshake23, "HANDSHAKE_23", true, true},
	{UnlinkID, "UNLINK_ID", false, true}, // mandatory for peers from OTP 26 on
	{Mandatory25Digest, "MANDATORY_25_DIGEST", false, true},
	{Spawn, "SPAWN", false, true},
	{NameMe, "NAME_ME", false, false}, // set by who wants a name
	{V4NC, "V4_NC", false, true},      // mandatory for peers from OTP 26 on
	{Alias, "ALIAS", false, true},
	{AltactSig, "ALTACT_SIG", false, true},
	{NativeRecords, "NATIVE_RECORDS", false, true},
	{Erlsh, "ERLSH", false, true},
	{Msgpack, "ERLSH_MSGPACK", false, true},
}

// Ours returns what a node of ours announces.
func Ours(hidden bool) Flags {
	var f Flags
	for _, row := range table {
		if row.ours {
			f |= row.bit
		}
	}
	if !hidden {
		f |= Published
	}
	return f
}

// Has reports whether all of other are set.
func (f Flags) Has(other Flags) bool { return f&other == other }

// spelledOut adds the flags that MANDATORY_25_DIGEST stands for.
func (f Flags) spelledOut() Flags {
	if !f.Has(Mandatory25Digest) {
		return f
	}
	for _, row := range table {
		if row.mandatory {
			f |= row.bit
		}
	}
	return f
}

// missing names the mandatory flags that f has not; "" when it has them all.
func (f Flags) missing() string {
	var names []string
	for _, row := range table {
		if row.mandatory && !f.Has(row.bit) {
			names = append(names, row.name)
		}
	}
	return strings.Join(names, ", ")
}

// String lists the names of the flags.
func (f Flags) String() string {
	var names []string
	for _, row := range table {
		if f.Has(row.bit) {
			names = append(names, row.name)
		}
	}
	return strings.Join(names, " ")
}
