package term

import "unsafe"

// Record is a native record of OTP 29: a value with named fields whose definition belongs to a module. It is no tuple. Programs here
// cannot make one; those of other nodes come in, can be compared, kept and passed on.
type Record struct {
	Module, Name Term   // atoms
	Flags        byte   // as on the wire: 1 for a record that its module exports
	Fields       []Term // atoms
	Values       []Term // as many
}

// Term returns the record as a term.
func (r *Record) Term() Term { return Term{unsafe.Pointer(r), uint64(KindRecord)} }

// Record returns the native record behind t.
func (t Term) Record() (*Record, bool) {
	if t.Kind() != KindRecord {
		return nil, false
	}
	return (*Record)(t.p), true
}
