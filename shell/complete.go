package shell

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/shell/complete"
	"github.com/erlsh/erlsh/shell/tty"
)

// complete returns how the text before the cursor could go on. It runs while the session waits for a line.
func (s *Session) complete(before []rune) tty.Completion {
	if s == nil {
		return tty.Completion{}
	}
	source := complete.Source{Table: s.node.Code(), Variables: s.bindings, Records: s.records, Modules: slices.Clone(s.modules)}
	for _, m := range s.node.Code().Modules() {
		source.Modules = append(source.Modules, m.Name.AtomName())
	}
	for _, c := range commands() {
		name, _ := c.head()
		source.Commands = append(source.Commands, name)
	}
	for _, f := range s.commandsOfC() {
		source.Commands = append(source.Commands, f.Name.AtomName())
	}
	for key := range s.locals.all() {
		source.Commands = append(source.Commands, key.Name.AtomName())
	}
	if m := s.node.Code().Module(atom.Erlang); m != nil {
		for key, f := range m.Functions {
			if f.Auto {
				source.Commands = append(source.Commands, key.Name.AtomName())
			}
		}
	}
	slices.Sort(source.Commands)
	source.Commands = slices.Compact(source.Commands)
	for _, name := range s.node.Registered() {
		source.Names = append(source.Names, name.AtomName())
	}
	source.Nodes = s.nodes()
	candidates, shared := complete.Find(before, source)
	c := tty.Completion{Candidates: candidates, Shared: shared}
	if len(candidates) == 0 {
		c.Hint = complete.Hint(before, source)
	}
	return c
}

// lookup is how long a completion waits for the port mapper.
const lookup = 200 * time.Millisecond

// nodes returns the names of this node, of those it knows, and of those of this host.
func (s *Session) nodes() []string {
	network := s.node.Network()
	if network == nil || !s.node.Alive() {
		return nil
	}
	own := s.node.Name().AtomName()
	all := []string{own}
	for _, name := range network.Known() {
		all = append(all, name.AtomName())
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookup)
	defer cancel()
	_, host, _ := strings.Cut(own, "@")
	here, _ := network.Names(ctx, "") // where there is no port mapper, none is known
	for _, r := range here {
		all = append(all, r.Name+"@"+host)
	}
	return all
}
