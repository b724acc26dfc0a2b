%% Runs scenes and prints what can be observed of them, the same way on every run: pids, references and stack traces are named by
%% order of appearance or left out, and reports are collected by a handler of the logger.
-module(scene).
-export([run/2, log/2, show/1, watch/1, wait/1, ended/1, settle/0]).

%% Each scene is {Title, Fun}; its value, the reports and the messages that reached the caller are printed.
run(Name, Scenes) ->
    process_flag(trap_exit, true),
    logger:set_primary_config(level, all),
    _ = logger:remove_handler(default),
    ok = logger:add_handler(scene, ?MODULE, #{config => #{to => self()}, filters => [], filter_default => log}),
    io:format("%% ~s~n", [Name]),
    lists:foreach(fun scene/1, Scenes),
    logger:remove_handler(scene).

scene({Title, Fun}) ->
    put(names, #{}),
    put(watched, #{}),
    Value = try Fun() catch Class:Reason:Stack -> {caught, Class, Reason, Stack} end,
    {Logs, Messages} = drain([], []),
    [demonitor(Ref, [flush]) || Ref <- maps:values(get(watched))],
    io:format("~n# ~s~n~0tp~n", [Title, show(Value)]),
    [io:format("log: ~0tp~n", [show(Log)]) || Log <- Logs],
    [io:format("got: ~0tp~n", [show(Message)]) || Message <- Messages],
    ok.

%% What has come when nothing comes for a while, and no other process could send anything.
drain(Logs, Messages) ->
    receive
        {scene_log, Log} -> drain([Log | Logs], Messages);
        Message -> drain(Logs, add(Message, Messages))
    after 5 ->
        settle(),
        receive
            {scene_log, Log} -> drain([Log | Logs], Messages);
            Message -> drain(Logs, add(Message, Messages))
        after 0 -> {lists:reverse(Logs), lists:reverse(Messages)}
        end
    end.

add({'DOWN', Ref, process, Pid, _} = Message, Messages) ->
    case get(watched) of
        #{Pid := Ref} -> Messages;
        _ -> [Message | Messages]
    end;
add(Message, Messages) -> [Message | Messages].

%% Waits until the caller is the only process that has anything to do.
settle() -> settle(3, 20000).

settle(0, _) -> ok;
settle(_, 0) -> io:format("busy: ~p~n", [erlang:statistics(active_tasks)]);
settle(Still, Tries) ->
    receive after 1 -> ok end,
    case erlang:statistics(total_active_tasks_all) of
        1 -> settle(Still - 1, Tries);
        _ -> settle(3, Tries - 1)
    end.

log(#{msg := {report, #{report := [{supervisor, {local, logger_sup}} | _]}}}, _) ->
    ok;
log(#{level := Level, msg := Msg, meta := Meta}, #{config := #{to := Pid}}) ->
    Shown = case Msg of
                {report, #{label := {proc_lib, crash}, report := [[{initial_call, {application_master, _, _}} | _] = Own, _]}} ->
                    {crash, [Item || {Key, _} = Item <- Own, lists:member(Key, [error_info, trap_exit])]};
                {report, #{label := {proc_lib, crash}, report := [Own, Linked]}} ->
                    {crash, [sorted(Item) || {Key, _} = Item <- Own, keep(Key)],
                     [{neighbour, [Item || {Key, _} = Item <- Items, keep(Key)]} || {neighbour, Items} <- Linked]};
                _ -> Msg
            end,
    Pid ! {scene_log, {Level, Shown, maps:get(domain, Meta, none)}}.

keep(Key) ->
    lists:member(Key, [initial_call, registered_name, error_info, messages, links, dictionary, trap_exit, pid]).

sorted({dictionary, Dictionary}) -> {dictionary, lists:sort(Dictionary)};
sorted(Item) -> Item.

%% Watches a process before it is told to end, so that wait/1 learns why it did.
watch(Pid) ->
    case get(watched) of
        #{Pid := _} -> Pid;
        Watched -> put(watched, Watched#{Pid => monitor(process, Pid)}), Pid
    end.

%% Waits for the end of a process that is watched, and returns the reason.
wait(Pid) ->
    #{Pid := Ref} = get(watched),
    receive
        {'DOWN', Ref, _, _, Reason} ->
            put(watched, maps:remove(Pid, get(watched))),
            Reason
    end.

%% Runs a fun in a process of its own and returns why that ended.
ended(Fun) ->
    {_, Ref} = spawn_monitor(Fun),
    receive {'DOWN', Ref, _, _, Reason} -> Reason end.

show(Pid) when is_pid(Pid) -> named(pid, Pid);
show(Ref) when is_reference(Ref) -> named(ref, Ref);
show(Port) when is_port(Port) -> named(port, Port);
show(Fun) when is_function(Fun) ->
    case erlang:fun_info(Fun, type) of
        {type, external} -> Fun;
        _ -> function
    end;
show([{M, F, A, L} | _] = Stack) when is_atom(M), is_atom(F), is_list(L), is_integer(A) orelse is_list(A) ->
    frames(Stack);
show([{Key, _}, _] = Dictionary) when Key =:= '$ancestors'; Key =:= '$initial_call' ->
    [{K, show(V)} || {K, V} <- lists:sort(Dictionary)];
show([H | T]) -> [show(H) | show(T)];
show(Tuple) when is_tuple(Tuple) -> list_to_tuple(show(tuple_to_list(Tuple)));
show(Map) when is_map(Map) -> maps:from_list(show(lists:sort(maps:to_list(Map))));
show(Other) -> Other.

%% Of a stack only the frames of the scenes' own modules.
frames(Stack) ->
    ['stack' | [{M, F, if is_list(A) -> length(A); true -> A end}
                || {M, F, A, _} <- Stack, lists:suffix("_callback", atom_to_list(M))]].

named(_, Pid) when Pid =:= self() -> self;
named(Kind, Thing) ->
    Names = case get(names) of undefined -> #{}; Known -> Known end,
    case Names of
        #{Thing := Name} -> Name;
        _ ->
            Name = {Kind, map_size(Names) + 1},
            put(names, Names#{Thing => Name}),
            Name
    end.
