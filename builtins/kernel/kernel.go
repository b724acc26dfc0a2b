// Package kernel is the shelf of the modules of OTP's application kernel.
package kernel

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/kernel/application"
	"github.com/erlsh/erlsh/builtins/kernel/application_controller"
	"github.com/erlsh/erlsh/builtins/kernel/application_master"
	"github.com/erlsh/erlsh/builtins/kernel/cluster"
	"github.com/erlsh/erlsh/builtins/kernel/code"
	"github.com/erlsh/erlsh/builtins/kernel/crypto"
	"github.com/erlsh/erlsh/builtins/kernel/erl_kernel_errors"
	"github.com/erlsh/erlsh/builtins/kernel/erpc"
	"github.com/erlsh/erlsh/builtins/kernel/error_logger"
	"github.com/erlsh/erlsh/builtins/kernel/file"
	"github.com/erlsh/erlsh/builtins/kernel/gen_tcp"
	"github.com/erlsh/erlsh/builtins/kernel/gen_udp"
	"github.com/erlsh/erlsh/builtins/kernel/global"
	"github.com/erlsh/erlsh/builtins/kernel/global_group"
	"github.com/erlsh/erlsh/builtins/kernel/inet"
	"github.com/erlsh/erlsh/builtins/kernel/logger"
	"github.com/erlsh/erlsh/builtins/kernel/logger_config"
	"github.com/erlsh/erlsh/builtins/kernel/logger_filters"
	"github.com/erlsh/erlsh/builtins/kernel/logger_formatter"
	"github.com/erlsh/erlsh/builtins/kernel/logger_std_h"
	"github.com/erlsh/erlsh/builtins/kernel/net_adm"
	"github.com/erlsh/erlsh/builtins/kernel/net_kernel"
	"github.com/erlsh/erlsh/builtins/kernel/os"
	"github.com/erlsh/erlsh/builtins/kernel/pg"
	"github.com/erlsh/erlsh/builtins/kernel/rpc"
)

// Modules returns the modules of the shelf, one line for each. Their servers start in this order.
func Modules() []func() *bif.Module {
	return []func() *bif.Module{
		application.Module,
		application_controller.Module,
		application_master.Module,
		code.Module,
		crypto.Module,
		logger.Module,
		logger_config.Module,
		logger_filters.Module,
		logger_formatter.Module,
		logger_std_h.Module,
		error_logger.Module,
		net_kernel.Module,
		global.Module, global_group.Module,
		pg.Module,
		rpc.Module,
		erpc.Module,
		net_adm.Module,
		cluster.Module,
		file.Module,
		gen_tcp.Module,
		gen_udp.Module,
		inet.Module,
		os.Module,
		erl_kernel_errors.Module,
	}
}
