package builtins

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

const etsDriver = "testdata/ets/ets_driver.erl"

// tableOps makes operations on tables: those of a sequence follow on one another in a process of their own.
type tableOps struct{ *rand.Rand }

func (r tableOps) pick(words string) string {
	all := strings.Fields(words)
	return all[r.IntN(len(all))]
}

func (r tableOps) key() string {
	return r.pick(`0 1 1 2 2 3 4 5 1.0 2.0 a a b c {a,1} {a,2} {b,1} {a,1.0} "s" <<"b">> [] [a] [a,1] #{} #{a=>1} {}`)
}

func (r tableOps) value() string {
	return r.pick(`0 1 2 -1 7 1.0 a b x "s" <<"b">> [] [a] {a} {1,2} #{} #{a=>1} 100000000000000000000`)
}

func (r tableOps) object() string {
	if r.IntN(40) == 0 {
		return r.pick(`{} a [] {a} {1} 1`)
	}
	parts := []string{r.key(), r.key()}
	for range r.IntN(3) {
		parts = append(parts, r.value())
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func (r tableOps) list(of func() string, up int) string {
	var all []string
	for range r.IntN(up + 1) {
		all = append(all, of())
	}
	return "[" + strings.Join(all, ",") + "]"
}

func (r tableOps) objects() string {
	if r.IntN(3) == 0 {
		return r.list(r.object, 6)
	}
	return r.object()
}

func (r tableOps) table() string {
	if r.IntN(60) == 0 {
		return r.pick(`gone 1 [] t9`)
	}
	return r.pick(`t1 t1 t2 t2 t3 '$id'`)
}

func (r tableOps) part() string {
	switch r.IntN(8) {
	case 0, 1:
		return "'_'"
	case 2, 3, 4:
		return r.pick(`'$1' '$2' '$3' '$1'`)
	case 5:
		return r.pick(`{a,'$1'} {'$2','_'} ['$1'|'_'] [a|'$2'] #{a=>'$1'} {'_',1}`)
	}
	return r.key()
}

func (r tableOps) pattern() string {
	switch r.IntN(12) {
	case 0:
		return "'_'"
	case 1:
		return "'$1'"
	case 2:
		return r.pick(`foo [] {} 1`)
	}
	n := 2 + r.IntN(3)
	parts := make([]string, n)
	for i := range parts {
		parts[i] = r.part()
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func (r tableOps) guard() string {
	return r.pick(`{'>','$1',1} {'<','$1',{const,b}} {is_atom,'$1'} {'=:=','$1',1} {'==','$1',1} {is_tuple,'$_'} {'andalso',true,{is_integer,'$1'}}
		{'not',{is_list,'$1'}} {'or',{is_atom,'$1'},{is_float,'$1'}} true false {'=/=',{element,1,'$_'},a} {'>',{'+','$1',1},2} {is_map_key,a,'$1'}
		{'orelse',{is_atom,'$1'},{'>','$1',2}} {foo,1} '$1' {hd,'$1'} {'=:=',{size,'$_'},2} {is_record,'$_',a,2} {'>=','$1',{{a,1}}}`)
}

func (r tableOps) body() string {
	return r.pick(`'$_' '$_' '$$' '$1' {{'$1'}} {{'$1',x}} ['$1','$2'] true true {'+','$1',1} {const,'$1'} {element,2,'$_'} {hd,'$1'} #{k=>'$1'} {self,1} {{}} {}
		{map_get,a,'$1'} {{{hd,'$1'},{abs,'$2'}}} {is_atom,{tl,'$1'}} [{hd,'$1'}|{tl,'$1'}] [{{'$1','$1'}}|'$_'] {'and',true,false} {node} "x" {abs,'$1'} {tl,'$1'} '$9'`)
}

func (r tableOps) spec() string {
	clause := func() string {
		guards, body := r.list(r.guard, 1), r.list(r.body, 1)
		if body == "[]" && r.IntN(10) > 0 {
			body = "['$_']"
		}
		return "{" + r.pattern() + "," + guards + "," + body + "}"
	}
	if r.IntN(40) == 0 {
		return r.pick(`foo [] [foo] [{'_',[],[]}] [{'_',[]}] [{'_',foo,[true]}]`)
	}
	all := []string{clause()}
	if r.IntN(4) == 0 {
		all = append(all, clause())
	}
	return "[" + strings.Join(all, ",") + "]"
}

func (r tableOps) replace() string {
	head := r.pick(`{'$1','$2'} {'$1','$2','$3'} {'_','$1','_'} {a,'$1'} {{a,'$1'},'$2'} '_' {'$1','$1'} {[a|'$1'],'$2'}`)
	body := r.pick(`'$_' {{'$1','$2',new}} {{'$2','$1'}} {{a,'$1'}} {{{{a,'$1'}},'$2'}} {{{const,a},1}} {const,{a,x}} {{{element,1,'$_'},1}} {{1,{element,2,'$_'}}} foo
		{{'$1','$1'}} {{[a|'$1'],x}} {{{{a,b}},x}}`)
	return "[{" + head + ",[],[" + body + "]}]"
}

func (r tableOps) step() string {
	return r.pick(`1 -1 5 {2,1} {3,1} {2,-3} {1,1} {0,1} {2,x} {3,1,2,0} {2,-1,-2,7} {3,5,3,0} {9,1} foo [] [{2,1},{3,2}] [{3,1},{3,1}] [{2,1},foo] {3,100000000000000000000} {2,1.0}`)
}

func (r tableOps) element() string {
	return r.pick(`{2,x} {3,y} {1,z} {9,q} {0,q} foo [] [{2,x},{3,y}] [{3,x},{3,y}] [{2,a},{1,b}] {2,1} {3,7}`)
}

func (r tableOps) options() string {
	kind := r.pick(`set ordered_set bag duplicate_bag`)
	more := r.pick(`,named_table ,named_table,public ,named_table,private ,named_table,{keypos,2} ,named_table,{keypos,2},public ,named_table,compressed`)
	return "[" + kind + more + "]"
}

func (r tableOps) operation() string {
	t := r.table()
	call := func(name string, args ...string) string {
		return "{call," + name + ",[" + strings.Join(append([]string{t}, args...), ",") + "]}"
	}
	switch r.IntN(46) {
	case 0, 1, 2, 3, 4, 5:
		return call("insert", r.objects())
	case 6, 7:
		return call("insert_new", r.objects())
	case 8, 9:
		return call("lookup", r.key())
	case 10:
		return call("lookup_element", r.key(), r.pick("1 2 2 3 0 x"))
	case 11:
		return call("member", r.key())
	case 12:
		return call("delete", r.key())
	case 13:
		return call("delete_object", r.object())
	case 14:
		return call("take", r.key())
	case 15, 16:
		return call("update_counter", r.key(), r.step())
	case 17:
		return call("update_counter", r.key(), r.step(), r.pick("{z,0,0} {1,1,1,1} {a,b} foo {q,5}"))
	case 18, 19:
		return call("update_element", r.key(), r.element())
	case 20, 21:
		return call("match", r.pattern())
	case 22, 23:
		return call("match_object", r.pattern())
	case 24, 25, 26, 27:
		return call(r.pick("select select select_count select_reverse"), r.spec())
	case 28:
		return call("select_delete", r.spec())
	case 29:
		return call("match_delete", r.pattern())
	case 30, 31:
		return call("select_replace", r.replace())
	case 32:
		return call("tab2list")
	case 33:
		return "{walk," + t + "," + r.pick("next prev") + "}"
	case 34:
		return call(r.pick("next prev"), r.pick("nokey {no,key}"))
	case 35:
		return "{slots," + t + "}"
	case 36:
		return "{fold," + r.pick("foldl foldr") + "," + t + "}"
	case 37, 38:
		return "{drain," + r.pick("select select_reverse") + "," + t + "," + r.spec() + "," + r.pick("1 2 3 100 0 x") + "}"
	case 39:
		return "{drain," + r.pick("match match_object") + "," + t + "," + r.pattern() + "," + r.pick("1 2 3 100") + "}"
	case 40:
		return "{walk_delete," + t + "}"
	case 41:
		return call("info", r.pick("size type keypos protection name owner heir named_table compressed fixed foo"))
	case 42:
		return call("safe_fixtable", r.pick("true false foo"))
	case 43:
		return "{in_another," + r.operation() + "}"
	case 44:
		if r.IntN(4) == 0 {
			return call("delete")
		}
		return call(r.pick("rename setopts"), r.pick("t1 t9 {heir,none} [] foo {protection,public}"))
	}
	return call(r.pick("delete_all_objects first last"))
}

func (r tableOps) sequence() string {
	all := []string{
		"{call,new,[t1," + r.options() + "]}", "{call,new,[t2," + r.options() + "]}", "{call,new,[t3," + r.options() + "]}",
		"{call,new,[u," + r.pick(`[] [ordered_set] [bag] [{keypos,2}] [foo] [{keypos,0}] [duplicate_bag,public]`) + "]}",
	}
	for range 26 {
		all = append(all, r.operation())
	}
	return "[" + strings.Join(all, ",\n ") + "].\n"
}

// TestTablesAsReal does sequences of operations on tables here and in a real erl, wrong ones among them, and compares results and
// exceptions with their explanations. ERLSH_ETS says how many operations to do.
func TestTablesAsReal(t *testing.T) {
	erl := realErl(t)
	n := 6000
	_, _ = fmt.Sscan(os.Getenv("ERLSH_ETS"), &n)
	seed := uint64(1)
	_, _ = fmt.Sscan(os.Getenv("ERLSH_SEED"), &seed)
	r := tableOps{rand.New(rand.NewPCG(seed, 7))}
	var text strings.Builder
	var operations []string
	for len(operations) < n {
		s := r.sequence()
		text.WriteString(s)
		operations = append(operations, strings.Split(strings.TrimSuffix(s, ".\n"), ",\n ")...)
	}
	dir := t.TempDir()
	in := filepath.Join(dir, "in")
	if err := os.WriteFile(in, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	want := etsOnErl(t, erl, dir, in)
	got := etsHere(t, dir, in)
	if len(want) != len(operations) || len(got) != len(operations) {
		t.Fatalf("%d operations, %d answers here and %d there", len(operations), len(got), len(want))
	}
	wrong := 0
	for i := range operations {
		if got[i] == want[i] {
			continue
		}
		if wrong++; wrong <= 20 {
			t.Errorf("%s\n got: %s\nwant: %s", strings.Join(operations[i/30*30:i/30*30+4], " ")+"\n ... "+operations[i], got[i], want[i])
		}
	}
	t.Logf("%d operations, %d differ", len(operations), wrong)
}

func etsOnErl(t *testing.T, erl, dir, in string) []string {
	out := filepath.Join(dir, "theirs")
	driver, err := filepath.Abs(etsDriver)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(erl, "-noshell", "-noinput", "-eval",
		fmt.Sprintf(`{ok,M,B} = compile:file(%q,[binary]), code:load_binary(M,"",B), M:main(%q,%q), halt().`, driver, in, out))
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return answerLines(t, out)
}

func etsHere(t *testing.T, dir, in string) []string {
	c := newConversation(t)
	source, err := os.ReadFile(etsDriver)
	if err != nil {
		t.Fatal(err)
	}
	forms, errs := syntax.ParseModule(string(source), "ets_driver.erl", syntax.PreprocessOptions{})
	m, _, more := eval.Module(forms, eval.ModuleOptions{File: "ets_driver.erl", Table: c.node.Code()})
	for _, e := range append(errs, more...) {
		t.Fatal(e.Text)
	}
	c.node.Code().Load(m)
	out := filepath.Join(dir, "ours")
	done := make(chan *term.Exception, 1)
	c.evaluator.Invoke(m.Functions[code.NameArity{Name: term.Atom("main"), Arity: 2}], []term.Term{term.String(in), term.String(out)},
		func(_ term.Term, e *term.Exception) { done <- e })
	if e := <-done; e != nil {
		t.Fatal(e)
	}
	return answerLines(t, out)
}

func answerLines(t *testing.T, file string) []string {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
}
