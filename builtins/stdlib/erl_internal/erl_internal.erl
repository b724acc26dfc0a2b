%% What the compiler knows of functions and operators by their names: which are imported into every module, which guards may call,
%% and what kind of operator a sign is.
-module(erl_internal).

-export([bif/2, bif/3, old_bif/2, guard_bif/2, type_test/2, new_type_test/2, old_type_test/2, is_type/2, arith_op/2, bool_op/2,
         comp_op/2, list_op/2, send_op/2, op_type/2, add_predefined_functions/1]).

-doc """
Tells whether Name/Arity is a function of module erlang that every module imports.

    1> erl_internal:bif(self, 0).
    true
""".
-spec bif(Name :: atom(), Arity :: arity()) -> boolean().
bif(Name, Arity) when is_atom(Name), is_integer(Arity) -> old_bif(Name, Arity) orelse lists:member(Arity, newer(Name)).

-doc """
Tells whether Module:Name/Arity is a function that every module imports.

    1> erl_internal:bif(lists, map, 2).
    false
""".
-spec bif(Module :: module(), Name :: atom(), Arity :: arity()) -> boolean().
bif(erlang, Name, Arity) -> bif(Name, Arity);
bif(Module, Name, Arity) when is_atom(Module), is_atom(Name), is_integer(Arity) -> false.

-doc """
Tells whether Name/Arity is imported into every module, and was so before release R14.

    1> [erl_internal:old_bif(F, 2) || F <- [element, max]].
    [true,false]
""".
-spec old_bif(Name :: atom(), Arity :: arity()) -> boolean().
old_bif(Name, Arity) when is_atom(Name), is_integer(Arity) -> lists:member(Arity, old(Name)).

-doc """
Tells whether Name/Arity is a function that guards may call.

    1> [erl_internal:guard_bif(F, 1) || F <- [hd, exit]].
    [true,false]
""".
-spec guard_bif(Name :: atom(), Arity :: arity()) -> boolean().
guard_bif(Name, 1) ->
    lists:member(Name, [abs, bit_size, byte_size, ceil, float, floor, hd, length, map_size, node, round, size, tl, trunc, tuple_size])
        orelse (Name =/= is_record andalso new_type_test(Name, 1));
guard_bif(Name, 2) -> lists:member(Name, [binary_part, element, is_map_key, map_get, is_function, is_record]);
guard_bif(Name, 3) -> lists:member(Name, [binary_part, is_record]);
guard_bif(Name, 0) -> lists:member(Name, [node, self]);
guard_bif(Name, Arity) when is_atom(Name), is_integer(Arity) -> false.

-doc """
Tells whether Name/Arity is a test of a type, by its new or its old name.

    1> [erl_internal:type_test(F, 1) || F <- [is_atom, atom, hd]].
    [true,true,false]
""".
-spec type_test(Name :: atom(), Arity :: arity()) -> boolean().
type_test(Name, Arity) when is_atom(Name), is_integer(Arity) -> new_type_test(Name, Arity) orelse old_type_test(Name, Arity).

-doc """
Tells whether Name/Arity is a test of a type: is_atom/1 and its like.

    1> erl_internal:new_type_test(is_atom, 1).
    true
""".
-spec new_type_test(Name :: atom(), Arity :: arity()) -> boolean().
new_type_test(Name, 1) ->
    lists:member(Name, [is_atom, is_binary, is_bitstring, is_boolean, is_float, is_function, is_integer, is_list, is_map, is_number,
                        is_pid, is_port, is_reference, is_tuple]);
new_type_test(is_function, 2) -> true;
new_type_test(is_record, Arity) -> Arity =:= 2 orelse Arity =:= 3;
new_type_test(Name, Arity) when is_atom(Name), is_integer(Arity) -> false.

-doc """
Tells whether Name/Arity is a test of a type by the name that it had in old guards.

    1> erl_internal:old_type_test(atom, 1).
    true
""".
-spec old_type_test(Name :: atom(), Arity :: arity()) -> boolean().
old_type_test(Name, 1) ->
    lists:member(Name, [atom, binary, float, function, integer, list, number, pid, port, reference, tuple]);
old_type_test(record, 2) -> true;
old_type_test(Name, Arity) when is_atom(Name), is_integer(Arity) -> false.

-doc """
Tells whether a type of this name and arity is built in.

    1> [erl_internal:is_type(T, 0) || T <- [integer, colour]].
    [true,false]
""".
-spec is_type(Name :: atom(), NumberOfTypeVariables :: non_neg_integer()) -> boolean().
is_type(Name, 0) ->
    lists:member(Name, [any, arity, atom, binary, bitstring, bool, boolean, byte, char, float, function, identifier, integer, iodata,
                        iolist, list, map, maybe_improper_list, mfa, module, neg_integer, nil, no_return, node, non_neg_integer, none,
                        nonempty_binary, nonempty_bitstring, nonempty_list, nonempty_maybe_improper_list,
                        nonempty_string, number, pid, port, pos_integer, reference, string, term, timeout, tuple]);
is_type(Name, 1) -> lists:member(Name, [list, nonempty_list]);
is_type(Name, 2) ->
    lists:member(Name, [maybe_improper_list, nonempty_improper_list, nonempty_maybe_improper_list]);
is_type(Name, Arity) when is_atom(Name), is_integer(Arity) -> false.

-doc """
Tells whether the operator is one of arithmetic.

    1> erl_internal:arith_op('bsl', 2).
    true
""".
-spec arith_op(Operator :: atom(), Arity :: arity()) -> boolean().
arith_op(Op, 1) -> lists:member(Op, ['+', '-', 'bnot']);
arith_op(Op, 2) -> lists:member(Op, ['+', '-', '*', '/', 'div', 'rem', 'band', 'bor', 'bxor', 'bsl', 'bsr']);
arith_op(Name, Arity) when is_atom(Name), is_integer(Arity) -> false.

-doc """
Tells whether the operator is one of booleans; andalso and orelse are none.

    1> erl_internal:bool_op('not', 1).
    true
""".
-spec bool_op(Operator :: atom(), Arity :: arity()) -> boolean().
bool_op('not', 1) -> true;
bool_op(Op, 2) -> lists:member(Op, ['and', 'or', 'xor']);
bool_op(Name, Arity) when is_atom(Name), is_integer(Arity) -> false.

-doc """
Tells whether the operator compares.

    1> erl_internal:comp_op('=:=', 2).
    true
""".
-spec comp_op(Operator :: atom(), Arity :: arity()) -> boolean().
comp_op(Op, 2) -> lists:member(Op, ['==', '/=', '=<', '<', '>=', '>', '=:=', '=/=']);
comp_op(Name, Arity) when is_atom(Name), is_integer(Arity) -> false.

-doc """
Tells whether the operator works on lists.

    1> erl_internal:list_op('++', 2).
    true
""".
-spec list_op(Operator :: atom(), Arity :: arity()) -> boolean().
list_op(Op, 2) -> Op =:= '++' orelse Op =:= '--';
list_op(Name, Arity) when is_atom(Name), is_integer(Arity) -> false.

-doc """
Tells whether the operator sends.

    1> erl_internal:send_op('!', 2).
    true
""".
-spec send_op(Operator :: atom(), Arity :: arity()) -> boolean().
send_op(Op, Arity) when is_atom(Op), is_integer(Arity) -> Op =:= '!' andalso Arity =:= 2.

-doc """
Returns the kind of an operator.

    1> erl_internal:op_type('+', 2).
    arith
""".
-spec op_type(Operator :: atom(), Arity :: arity()) -> arith | bool | comp | list | send.
op_type(Op, Arity) when Arity =:= 1; Arity =:= 2 ->
    Kinds = [{arith, fun arith_op/2}, {bool, fun bool_op/2}, {comp, fun comp_op/2}, {list, fun list_op/2}, {send, fun send_op/2}],
    case [Kind || {Kind, Is} <- Kinds, Is(Op, Arity)] of
        [Kind] -> Kind;
        [] -> error(function_clause, [Op, Arity])
    end.

-doc """
Adds module_info/0 and module_info/1, exported, to the abstract forms of a module.

    1> length(erl_internal:add_predefined_functions([{attribute,1,module,m}])).
    4
""".
-spec add_predefined_functions(Forms :: [term()]) -> [term()].
add_predefined_functions(Forms) ->
    [Module | _] = [M || {attribute, _, module, M} <- Forms],
    A = 0,
    Get = {remote, A, {atom, A, erlang}, {atom, A, get_module_info}},
    Own = fun(Args) ->
        {function, A, module_info, length(Args), [{clause, A, Args, [], [{call, A, Get, [{atom, A, Module} | Args]}]}]}
    end,
    Forms ++ [{attribute, A, export, [{module_info, 0}, {module_info, 1}]}, Own([]), Own([{var, A, 'X'}])].

old(abs) -> [1];
old(apply) -> [2,3];
old(atom_to_binary) -> [2];
old(atom_to_list) -> [1];
old(binary_to_atom) -> [2];
old(binary_to_existing_atom) -> [2];
old(binary_to_list) -> [1,3];
old(binary_to_term) -> [1];
old(bit_size) -> [1];
old(bitstring_to_list) -> [1];
old(byte_size) -> [1];
old(check_process_code) -> [2];
old(date) -> [0];
old(delete_module) -> [1];
old(disconnect_node) -> [1];
old(element) -> [2];
old(erase) -> [0,1];
old(exit) -> [1,2];
old(float) -> [1];
old(float_to_list) -> [1];
old(garbage_collect) -> [0,1];
old(get) -> [0,1];
old(get_keys) -> [1];
old(group_leader) -> [0,2];
old(halt) -> [0,1];
old(hd) -> [1];
old(integer_to_list) -> [1];
old(iolist_size) -> [1];
old(iolist_to_binary) -> [1];
old(is_alive) -> [0];
old(is_atom) -> [1];
old(is_binary) -> [1];
old(is_bitstring) -> [1];
old(is_boolean) -> [1];
old(is_float) -> [1];
old(is_function) -> [1,2];
old(is_integer) -> [1];
old(is_list) -> [1];
old(is_number) -> [1];
old(is_pid) -> [1];
old(is_port) -> [1];
old(is_process_alive) -> [1];
old(is_record) -> [2,3];
old(is_reference) -> [1];
old(is_tuple) -> [1];
old(length) -> [1];
old(link) -> [1];
old(list_to_atom) -> [1];
old(list_to_binary) -> [1];
old(list_to_bitstring) -> [1];
old(list_to_existing_atom) -> [1];
old(list_to_float) -> [1];
old(list_to_integer) -> [1];
old(list_to_pid) -> [1];
old(list_to_tuple) -> [1];
old(load_module) -> [2];
old(make_ref) -> [0];
old(module_loaded) -> [1];
old(monitor_node) -> [2];
old(node) -> [0,1];
old(nodes) -> [0,1];
old(now) -> [0];
old(open_port) -> [2];
old(pid_to_list) -> [1];
old(port_close) -> [1];
old(port_command) -> [2];
old(port_connect) -> [2];
old(port_control) -> [3];
old(pre_loaded) -> [0];
old(process_flag) -> [2,3];
old(process_info) -> [1,2];
old(processes) -> [0];
old(purge_module) -> [1];
old(put) -> [2];
old(register) -> [2];
old(registered) -> [0];
old(round) -> [1];
old(self) -> [0];
old(setelement) -> [3];
old(size) -> [1];
old(spawn) -> [1,2,3,4];
old(spawn_link) -> [1,2,3,4];
old(spawn_monitor) -> [1,3];
old(spawn_opt) -> [2,3,4,5];
old(split_binary) -> [2];
old(statistics) -> [1];
old(term_to_binary) -> [1,2];
old(throw) -> [1];
old(time) -> [0];
old(tl) -> [1];
old(trunc) -> [1];
old(tuple_size) -> [1];
old(tuple_to_list) -> [1];
old(unlink) -> [1];
old(unregister) -> [1];
old(whereis) -> [1];
old(_) -> [].

newer(alias) -> [0,1];
newer(atom_to_binary) -> [1];
newer(binary_part) -> [2,3];
newer(binary_to_atom) -> [1];
newer(binary_to_existing_atom) -> [1];
newer(binary_to_float) -> [1];
newer(binary_to_integer) -> [1,2];
newer(binary_to_term) -> [2];
newer(ceil) -> [1];
newer(check_old_code) -> [1];
newer(check_process_code) -> [3];
newer(demonitor) -> [1,2];
newer(error) -> [1,2,3];
newer(float_to_binary) -> [1,2];
newer(float_to_list) -> [2];
newer(floor) -> [1];
newer(garbage_collect) -> [2];
newer(get_keys) -> [0];
newer(halt) -> [2];
newer(integer_to_binary) -> [1,2];
newer(integer_to_list) -> [2];
newer(is_map) -> [1];
newer(is_map_key) -> [2];
newer(list_to_integer) -> [2];
newer(list_to_port) -> [1];
newer(list_to_ref) -> [1];
newer(map_get) -> [2];
newer(map_size) -> [1];
newer(max) -> [2];
newer(min) -> [2];
newer(monitor) -> [2,3];
newer(nodes) -> [2];
newer(port_command) -> [3];
newer(port_to_list) -> [1];
newer(ref_to_list) -> [1];
newer(spawn_monitor) -> [2,4];
newer(spawn_request) -> [1,2,3,4,5];
newer(spawn_request_abandon) -> [1];
newer(term_to_iovec) -> [1,2];
newer(unalias) -> [1];
newer(_) -> [].
