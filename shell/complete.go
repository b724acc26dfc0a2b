package shell

import (
	"slices"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/shell/complete"
)

// complete returns how the text before the cursor could go on. It runs while the session waits for a line.
func (s *Session) complete(before []rune) ([]string, int) {
	if s == nil {
		return nil, 0
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
	return complete.Find(before, source)
}
