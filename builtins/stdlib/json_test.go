package stdlib_test

import (
	"testing"

	"github.com/erlsh/erlsh/builtins"
	"github.com/erlsh/erlsh/lang/format"
)

// TestJSON compares with what OTP 27 answers; the erl of other tests is older.
func TestJSON(t *testing.T) {
	b := newBench(t, builtins.Table())
	for _, c := range []struct{ call, want string }{
		{`json:decode(<<" [1, -2.5e1, \"a\\u00e9\", {}, null] ">>)`, `[1,-25.0,<<97,195,169>>,#{},null]`},
		{`json:decode(<<"\"\\ud83d\\ude00\"">>)`, `<<240,159,152,128>>`},
		{`json:decode(<<"123456789012345678901234567890">>)`, `123456789012345678901234567890`},
		{`catch_(fun() -> json:decode(<<"[1,">>) end)`, `unexpected_end`},
		{`catch_(fun() -> json:decode(<<"[1}">>) end)`, `{invalid_byte,125}`},
		{`catch_(fun() -> json:decode(<<"01">>) end)`, `{invalid_byte,49}`},
		{`catch_(fun() -> json:encode({a}) end)`, `{unsupported_type,{a}}`},
		{`iolist_to_binary(json:encode(#{a => 1.5,<<"b">> => [null,x]}))`, `<<123,34,97,34,58,49,46,53,44,34,98,34,58,91,110,117,108,108,44,34,120,34,93,125>>`},
	} {
		text := c.call
		if rest, ok := cutCall(text); ok {
			text = "try (" + rest + ")() catch error:R -> R end"
		}
		if got := format.Write(b.value(text), format.Options{}); got != c.want {
			t.Errorf("%s\n got: %s\nwant: %s", c.call, got, c.want)
		}
	}
}

// cutCall takes catch_(Fun) apart, which stands for the reason of an error.
func cutCall(text string) (string, bool) {
	const name = "catch_("
	if len(text) > len(name) && text[:len(name)] == name {
		return text[len(name) : len(text)-1], true
	}
	return text, false
}
