package format

import (
	"bytes"

	"github.com/rivo/uniseg"
)

// width is the size of a text: its characters, or what a reader takes for characters where some of them are above Latin-1.
func width(text []byte) int {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c >= 0xc4 && c < marks {
			return clusters(text)
		}
	}
	return chars(text)
}

// clusters counts the clusters of characters that a reader takes for one.
func clusters(text []byte) int {
	if bytes.IndexByte(text, opened) >= 0 || bytes.IndexByte(text, closed) >= 0 {
		flat := sink{text: bytes.Clone(text)}
		flat.flatten(0)
		text = flat.text
	}
	n := 0
	for len(text) > 0 {
		text = text[cluster(text):]
		n++
	}
	return n
}

// cluster returns the length of the first cluster of a text without marks.
func cluster(text []byte) int {
	r, n := decodeRune(text)
	if r < 0 || r >= 0xd800 && r < 0xe000 || len(text) == n {
		return n
	}
	if text[n] < 0x80 && text[n] != '\n' && r != '\r' { // whatever joins with what stands before it is no ASCII
		return n
	}
	first, _, _, _ := uniseg.FirstGraphemeCluster(text, -1)
	return len(first)
}

// prefix returns the length of the first n characters, or clusters of characters, of a text without marks.
func prefix(text []byte, n int, byCluster bool) int {
	at := 0
	for ; n > 0 && at < len(text); n-- {
		size := 0
		if byCluster {
			size = cluster(text[at:])
		} else {
			_, size = decodeRune(text[at:])
		}
		at += size
	}
	return at
}
