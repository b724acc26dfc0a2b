%% The configuration of the logger: a map with the keys primary, handlers (in their order), modules and proxy. Natives keep it.
-module(logger_config).

-export([current/0, initial/0, default_primary/0, default_proxy/0, number/1, is_level/1, check_all/3, check_filter/1, print/1]).

-doc "The configuration as it is.".
-spec current() -> map().
current() ->
    case read() of
        undefined -> initial();
        Config -> Config
    end.

-doc "The configuration of a node that was just started.".
-spec initial() -> map().
initial() ->
    #{primary => default_primary(), handlers => [default_handler()], modules => #{}, proxy => default_proxy()}.

-doc "The primary configuration of a node that was just started.".
-spec default_primary() -> map().
default_primary() -> #{level => notice, filters => [], filter_default => log, metadata => #{}}.

default_handler() ->
    #{id => default, module => logger_std_h, level => all, filter_default => stop,
      filters => [{remote_gl, {fun logger_filters:remote_gl/2, stop}},
                  {domain, {fun logger_filters:domain/2, {log, super, [otp, sasl]}}},
                  {no_domain, {fun logger_filters:domain/2, {log, undefined, []}}}],
      formatter => {logger_formatter, #{legacy_header => true, single_line => false}},
      config => (overload())#{type => standard_io}}.

overload() ->
    #{burst_limit_enable => true, burst_limit_max_count => 500, burst_limit_window_time => 1000, drop_mode_qlen => 200,
      filesync_repeat_interval => no_repeat, flush_qlen => 1000, overload_kill_enable => false, overload_kill_mem_size => 3000000,
      overload_kill_qlen => 20000, overload_kill_restart_after => 5000, sync_mode_qlen => 10}.

-doc "The configuration of the proxy in a node that was just started.".
-spec default_proxy() -> map().
default_proxy() ->
    maps:remove(filesync_repeat_interval,
                (overload())#{burst_limit_enable => false, drop_mode_qlen => 1000, flush_qlen => 5000, sync_mode_qlen => 500}).

%%% Levels

-doc "The rank of a level: the more severe, the lower.".
-spec number(atom()) -> integer().
number(none) -> -1;
number(emergency) -> 0;
number(alert) -> 1;
number(critical) -> 2;
number(error) -> 3;
number(warning) -> 4;
number(notice) -> 5;
number(info) -> 6;
number(debug) -> 7;
number(all) -> 10.

%%% Checks

-doc "Checks the keys and values of a configuration; Allowed is any, or the keys that there may be.".
-spec check_all(map(), any | [atom()], atom()) -> ok | {error, term()}.
check_all(Changes, Allowed, Unknown) ->
    first_error([check(Key, Value, Allowed, Unknown) || {Key, Value} <- maps:to_list(Changes)]).

first_error(Results) ->
    case [Error || {error, _} = Error <- Results] of
        [] -> ok;
        [Error | _] -> Error
    end.

check(Key, Value, Allowed, Unknown) when Allowed =/= any ->
    case lists:member(Key, Allowed) of
        true -> check(Key, Value);
        false -> {error, {Unknown, {Key, Value}}}
    end;
check(Key, Value, any, _) ->
    check(Key, Value).

check(level, Level) ->
    case is_level(Level) of
        true -> ok;
        false -> {error, {invalid_level, Level}}
    end;
check(filter_default, Value) when Value =:= log; Value =:= stop -> ok;
check(filter_default, Value) -> {error, {invalid_filter_default, Value}};
check(metadata, Value) when is_map(Value) -> ok;
check(metadata, Value) -> {error, {invalid_metadata, Value}};
check(filters, Filters) when is_list(Filters) -> first_error([check_filter(Filter) || Filter <- Filters]);
check(filters, Filters) -> {error, {invalid_filters, Filters}};
check(formatter, {Module, Options}) when is_atom(Module) ->
    _ = (catch Module:module_info(module)),
    case {erlang:function_exported(Module, format, 2), erlang:function_exported(Module, check_config, 1)} of
        {false, _} -> {error, {invalid_formatter, {function_not_exported, {Module, format, 2}}}};
        {true, true} -> Module:check_config(Options);
        {true, false} when is_map(Options) -> ok;
        _ -> {error, {invalid_formatter_config, Options}}
    end;
check(formatter, Value) -> {error, {invalid_formatter, Value}};
check(_, _) -> ok.

-doc "Tells whether this is a level, or all or none.".
-spec is_level(term()) -> boolean().
is_level(Level) ->
    lists:member(Level, [none, emergency, alert, critical, error, warning, notice, info, debug, all]).

-doc "Checks a filter with its name.".
-spec check_filter(term()) -> ok | {error, term()}.
check_filter({Id, {Fun, _}}) when is_atom(Id), is_function(Fun, 2) -> ok;
check_filter(Filter) -> {error, {invalid_filter, Filter}}.

%%% Printing

-doc "Prints a part of the configuration.".
-spec print(atom()) -> ok.
print(primary) ->
    #{level := Level, filters := Filters, filter_default := Default} = maps:get(primary, current()),
    io:format("Primary configuration: ~n    Level: ~p~n    Filter Default: ~p~n    Filters: ~n", [Level, Default]),
    print_filters("        ", Filters);
print(handlers) ->
    io:format("Handler configuration: ~n"),
    lists:foreach(fun print_handler/1, logger:get_handler_config());
print(proxy) ->
    io:format("Proxy configuration: ~n"),
    print_map("    ", maps:get(proxy, current()));
print(modules) ->
    io:format("Level set per module: ~n"),
    case logger:get_module_level() of
        [] -> io:format("    (none)~n");
        Levels -> lists:foreach(fun({Module, Level}) -> io:format("    Module: ~p~n        Level: ~p~n", [Module, Level]) end, Levels)
    end;
print(Id) ->
    case logger:get_handler_config(Id) of
        {ok, Config} ->
            io:format("Handler configuration: ~n"),
            print_handler(Config);
        _ ->
            error(badarg, [Id])
    end.

print_filters(Indent, []) -> io:format("~s(none)~n", [Indent]);
print_filters(Indent, Filters) ->
    lists:foreach(fun({Id, {Fun, Arg}}) ->
        io:format("~sId: ~tp~n~s    Fun: ~tp~n~s    Arg: ~tp~n", [Indent, Id, Indent, Fun, Indent, Arg])
    end, Filters).

print_map(Indent, Map) when is_map(Map) ->
    lists:foreach(fun({Key, Value}) -> io:format("~s~tw: ~tp~n", [Indent, Key, Value]) end, lists:sort(maps:to_list(Map)));
print_map(Indent, Other) ->
    io:format("~s~tp~n", [Indent, Other]).

print_handler(#{id := Id, module := Module, level := Level, formatter := {Formatter, Options}, filters := Filters,
                filter_default := Default} = Config) ->
    io:format("    Id: ~tp~n        Module: ~tp~n        Level:  ~tp~n        Formatter:~n            Module: ~tp~n            Config:~n",
              [Id, Module, Level, Formatter]),
    print_map("                ", Options),
    io:format("        Filter Default: ~tp~n        Filters:~n", [Default]),
    print_filters("            ", Filters),
    case Config of
        #{config := Own} ->
            io:format("        Handler Config:~n"),
            print_map("            ", Own);
        _ ->
            ok
    end.
