package syntax

import (
	"embed"
	"path"
)

// headers are the files that -include_lib finds without a library: those of OTP's applications that come along.
//
//go:embed headers
var headers embed.FS

// HasHeader reports whether a header comes along that -include_lib finds without a library.
func HasHeader(name string) bool {
	_, ok := header(name)
	return ok
}

// header returns the text of a header that comes along.
func header(name string) (text string, ok bool) {
	b, err := headers.ReadFile(path.Join("headers", name))
	return string(b), err == nil
}
