%% The handler that writes log events to the terminal or to a file. Whoever logs formats the text; one process for each handler writes it,
%% and a sender that is far ahead of it waits.
-module(logger_std_h).

-export([log/2, adding_handler/1, changing_config/3, removing_handler/1, filter_config/1, filesync/1]).

-doc "Writes a log event; called by the logger.".
-spec log(map(), map()) -> ok.
log(Event, #{id := Id, formatter := {Module, Options}} = Config) ->
    Text = unicode:characters_to_binary(Module:format(Event, Options)),
    Pid = writer(Id, Config),
    case process_info(Pid, message_queue_len) of
        {message_queue_len, N} when N >= 10, Pid =/= self() ->
            Ref = erlang:monitor(process, Pid),
            Pid ! {log, Text, {self(), Ref}},
            receive
                {Ref, ok} -> erlang:demonitor(Ref, [flush]);
                {'DOWN', Ref, _, _, _} -> ok
            end;
        _ ->
            Pid ! {log, Text}
    end,
    ok.

%% The process that writes; started when it is needed first.
writer(Id, Config) ->
    Name = name(Id),
    case whereis(Name) of
        undefined ->
            {Pid, Ref} = spawn_monitor(fun() -> begin_writing(Name, maps:get(config, Config, #{})) end),
            Pid ! {ready, self()},
            receive
                {ready, Pid} -> erlang:demonitor(Ref, [flush]), Pid;
                {'DOWN', Ref, _, _, _} -> writer(Id, Config)
            end;
        Pid ->
            Pid
    end.

name(Id) -> list_to_atom("logger_std_h_" ++ atom_to_list(Id)).

begin_writing(Name, Config) ->
    try register(Name, self()) of
        true ->
            process_flag(trap_exit, true),
            receive {ready, Pid} -> Pid ! {ready, self()} end,
            write_loop(opened(maps:get(type, Config, standard_io), Config))
    catch
        error:badarg -> ok
    end.

opened(file, #{file := File} = Config) ->
    {ok, Device} = file:open(File, maps:get(modes, Config, [append])),
    {file, Device};
opened(standard_error, _) -> standard_error;
opened(_, _) ->
    %% What a program prints and what is reported of it do not mix.
    case whereis(standard_error) of
        undefined -> user;
        _ -> standard_error
    end.

write_loop(Device) ->
    receive
        {log, Text} ->
            put_text(Device, Text),
            write_loop(Device);
        {log, Text, {From, Ref}} ->
            put_text(Device, Text),
            From ! {Ref, ok},
            write_loop(Device);
        {sync, From, Ref} ->
            case Device of
                {file, File} -> _ = file:sync(File);
                _ -> ok
            end,
            From ! {Ref, ok},
            write_loop(Device);
        {stop, From, Ref} ->
            case Device of
                {file, File} -> _ = file:close(File);
                _ -> ok
            end,
            From ! {Ref, ok};
        _ ->
            write_loop(Device)
    end.

put_text({file, Device}, Text) ->
    _ = file:write(Device, Text);
put_text(Device, Text) ->
    case Device =/= user orelse whereis(user) =/= undefined of
        true ->
            print(if Device =:= user -> whereis(user); true -> whereis(standard_error) end, Text);
        false ->
            receive after 20 -> put_text(Device, Text) end
    end.

%% The I/O protocol, spoken here so that output does not depend on a group leader.
print(Device, Text) when is_pid(Device) ->
    Ref = erlang:monitor(process, Device),
    Device ! {io_request, self(), Ref, {put_chars, unicode, Text}},
    receive
        {io_reply, Ref, _} -> erlang:demonitor(Ref, [flush]);
        {'DOWN', Ref, _, _, _} -> ok
    end;
print(undefined, _) ->
    ok.

-doc false.
adding_handler(#{id := Id, module := Module} = Config) ->
    Own = maps:get(config, Config, #{}),
    case checked(Own) of
        {ok, Type} ->
            Full = maps:merge(defaults(), Own#{type => Type}),
            New = Config#{config => Full},
            try writer(Id, New) of
                _ -> {ok, New}
            catch
                _:Reason -> {error, {handler_not_added, {Module, Reason}}}
            end;
        {error, Wrong} ->
            {error, {invalid_config, Module, Wrong}}
    end.

checked(Config) ->
    Allowed = maps:keys(defaults()) ++ [type, file, modes, max_no_bytes, max_no_files, compress_on_rotate, file_check],
    case maps:without(Allowed, Config) of
        Wrong when map_size(Wrong) > 0 -> {error, Wrong};
        _ ->
            case Config of
                #{type := Type} when Type =:= standard_io; Type =:= standard_error -> {ok, Type};
                #{type := file} -> {ok, file};
                #{type := Other} -> {error, #{type => Other}};
                #{file := _} -> {ok, file};
                _ -> {ok, standard_io}
            end
    end.

defaults() ->
    #{burst_limit_enable => true, burst_limit_max_count => 500, burst_limit_window_time => 1000, drop_mode_qlen => 200,
      filesync_repeat_interval => no_repeat, flush_qlen => 1000, overload_kill_enable => false, overload_kill_mem_size => 3000000,
      overload_kill_qlen => 20000, overload_kill_restart_after => 5000, sync_mode_qlen => 10}.

-doc false.
changing_config(How, #{id := Id, config := Old} = Before, New) ->
    Own = maps:get(config, New, #{}),
    case checked(Own) of
        {ok, _} ->
            Base = case How of set -> maps:with([type, file, modes], Old); update -> Old end,
            Full = maps:merge(maps:merge(defaults(), Base), Own),
            case maps:with([type, file, modes], Full) =:= maps:with([type, file, modes], Old) of
                true -> {ok, New#{config => Full}};
                false -> {error, {illegal_config_change, maps:get(module, Before), #{config => Old}, #{id => Id, config => Full}}}
            end;
        {error, Wrong} ->
            {error, {invalid_config, maps:get(module, Before), Wrong}}
    end.

-doc false.
removing_handler(#{id := Id}) ->
    case whereis(name(Id)) of
        undefined -> ok;
        Pid -> asked(Pid, stop)
    end.

-doc false.
filter_config(Config) -> Config.

-doc "Waits until everything that was logged is written.".
-spec filesync(atom()) -> ok | {error, term()}.
filesync(Id) when is_atom(Id) ->
    case whereis(name(Id)) of
        undefined -> {error, {badarg, {filesync, [Id]}}};
        Pid -> asked(Pid, sync)
    end;
filesync(Id) ->
    {error, {badarg, {filesync, [Id]}}}.

asked(Pid, What) ->
    Ref = erlang:monitor(process, Pid),
    Pid ! {What, self(), Ref},
    receive
        {Ref, ok} -> erlang:demonitor(Ref, [flush]), ok;
        {'DOWN', Ref, _, _, _} -> ok
    end.
