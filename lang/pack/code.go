package pack

// The codes that terms begin with: https://github.com/msgpack/msgpack/blob/master/spec.md, "Overview". The library has them as variables, which
// no switch can be compiled well of.
const (
	codeFixedInt    = 0x7f // up to here: the integer itself
	codeFixedMap    = 0x80
	codeFixedArray  = 0x90
	codeFixedString = 0xa0
	codeNil         = 0xc0
	codeFalse       = 0xc2
	codeTrue        = 0xc3
	codeBin8        = 0xc4
	codeBin16       = 0xc5
	codeBin32       = 0xc6
	codeExt8        = 0xc7
	codeExt16       = 0xc8
	codeExt32       = 0xc9
	codeFloat       = 0xca
	codeDouble      = 0xcb
	codeUint8       = 0xcc
	codeUint16      = 0xcd
	codeUint32      = 0xce
	codeUint64      = 0xcf
	codeInt8        = 0xd0
	codeInt16       = 0xd1
	codeInt32       = 0xd2
	codeInt64       = 0xd3
	codeFixExt1     = 0xd4
	codeFixExt2     = 0xd5
	codeFixExt4     = 0xd6
	codeFixExt8     = 0xd7
	codeFixExt16    = 0xd8
	codeString8     = 0xd9
	codeString16    = 0xda
	codeString32    = 0xdb
	codeArray16     = 0xdc
	codeArray32     = 0xdd
	codeMap16       = 0xde
	codeMap32       = 0xdf
	codeNegative    = 0xe0 // from here: -32 to -1
)

func isExtension(c byte) bool {
	return c >= codeExt8 && c <= codeExt32 || c >= codeFixExt1 && c <= codeFixExt16
}

// The most that the smallest heads can say.
const (
	maxFixedInt  = 127
	minFixedInt  = -32
	maxFixedSize = 15
)
