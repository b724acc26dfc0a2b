// Package erlang is module erlang: the operators as functions, the conversions, and what programs ask of processes, the node and
// the clock. Each file has the rows of one family above the Go functions that they name.
package erlang

import (
	"slices"

	"github.com/erlsh/erlsh/builtins/bif"
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:      "erlang",
		Doc:       "The functions that are part of the language: arithmetic, conversions, processes, time, and the node itself.",
		ErrorInfo: "erl_erts_errors",
		Functions: slices.Concat(
			operatorRows(), numberRows(), typeRows(), tupleRows(), listRows(), convertRows(), floatRows(), binaryRows(), mapRows(),
			processRows(), spawnRows(), linkRows(), portRows(), sendRows(), errorRows(), dictionaryRows(), timeRows(), distRows(), systemRows(), sysmonRows(),
			identityRows(), infoRows(), requestRows(), hashRows(), checksumRows(), funRows(), moduleRows(), calendarRows(), memoryRows(), statisticsRows(), externalRows(), traceRows(), matchSpecRows(), packetRows(),
		),
	}
}
