%% Tables and processes: when they go, who gets them, what traversals see meanwhile.
-module(ets_scenes).
-export([main/0]).

main() -> scene:run("ets", owners() ++ traversals() ++ rest()).

%% Starts a process that makes a named table and waits.
owner(Options) ->
    Me = self(),
    P = spawn(fun() -> ets:new(scene_table, [named_table | Options]), Me ! ready, receive stop -> ok; {exit, R} -> exit(R) end end),
    receive ready -> P end.

owners() ->
    [{"gone when DOWN comes", fun() ->
         P = owner([public]),
         M = monitor(process, P),
         Before = ets:info(scene_table, size),
         P ! stop,
         receive {'DOWN', M, _, _, normal} -> {Before, ets:info(scene_table, size), ets:whereis(scene_table)} end
     end},
     {"gone when the link breaks", fun() ->
         P = owner([]),
         link(P),
         P ! {exit, bye},
         receive {'EXIT', P, bye} -> {ets:info(scene_table), catch_error(fun() -> ets:lookup(scene_table, a) end)} end
     end},
     {"killed", fun() ->
         P = owner([]),
         M = monitor(process, P),
         exit(P, kill),
         receive {'DOWN', M, _, _, killed} -> ets:new(scene_table, [named_table]) end,
         ets:delete(scene_table)
     end},
     {"an heir", fun() ->
         P = owner([{heir, self(), data}]),
         Heir = ets:info(scene_table, heir),
         M = monitor(process, P),
         P ! stop,
         First = receive X -> X end,
         Second = receive Y -> Y end,
         Info = [ets:info(scene_table, I) || I <- [owner, heir, size]],
         ets:delete(scene_table),
         {Heir, First, Second =:= {'DOWN', M, process, P, normal}, Info}
     end},
     {"an heir that is gone", fun() ->
         Gone = spawn(fun() -> receive stop -> ok end end),
         scene:watch(Gone) ! stop,
         scene:wait(Gone),
         P = scene:watch(owner([{heir, Gone, data}])),
         P ! stop,
         scene:wait(P),
         ets:info(scene_table)
     end},
     {"given away", fun() ->
         T = ets:new(t, []),
         Me = self(),
         P = spawn(fun() -> receive {'ETS-TRANSFER', Tab, From, Data} -> Me ! {self(), {Tab =:= T, From =:= Me, Data, ets:info(Tab, owner) =:= self()}} end,
                            receive stop -> ok end end),
         R = ets:give_away(T, scene:watch(P), gift),
         Told = receive {P, Told0} -> Told0 end,
         Denied = catch_error(fun() -> ets:insert(T, {a}) end),
         P ! stop,
         scene:wait(P),
         {R, Told, Denied, ets:info(T)}
     end},
     {"rights", fun() ->
         [begin
              P = scene:watch(owner([Right])),
              R = [catch_error(fun() -> F() end) || F <- [fun() -> ets:lookup(scene_table, a) end, fun() -> ets:insert(scene_table, {a, 1}) end,
                                                          fun() -> ets:info(scene_table, protection) end, fun() -> ets:delete(scene_table) end]],
              exit(P, kill), scene:wait(P),
              {Right, R}
          end || Right <- [public, protected, private]]
     end},
     {"a fix ends with its process", fun() ->
         T = ets:new(t, [public]),
         ets:insert(T, [{N} || N <- lists:seq(1, 10)]),
         Me = self(),
         P = spawn(fun() -> ets:safe_fixtable(T, true), ets:safe_fixtable(T, true), Me ! ready, receive stop -> ok end end),
         receive ready -> scene:watch(P) end,
         {_, Who} = ets:info(T, safe_fixed),
         A = {ets:info(T, fixed), Who =:= [{P, 2}]},
         P ! stop,
         scene:wait(P),
         {A, ets:info(T, fixed), ets:info(T, safe_fixed)}
     end}].

catch_error(F) -> try F() catch C:R -> {C, R} end.

traversals() ->
    Fill = fun(Kind, N) -> T = ets:new(t, [Kind, public]), ets:insert(T, [{I, I} || I <- lists:seq(1, N)]), T end,
    [{"deleting while fixed", fun() ->
         T = Fill(set, 1000),
         ets:safe_fixtable(T, true),
         N = walk(T, ets:first(T), fun(K) -> ets:delete(T, K) end, 0),
         ets:safe_fixtable(T, false),
         {N, ets:info(T, size)}
     end},
     {"another deletes and inserts while this one selects in portions", fun() ->
         T = Fill(set, 5000),
         ets:safe_fixtable(T, true),
         {First, C} = ets:select(T, [{{'$1', '_'}, [], ['$1']}], 100),
         Me = self(),
         spawn(fun() -> [ets:delete(T, K) || K <- lists:seq(1, 5000, 3)], ets:insert(T, [{K, K} || K <- lists:seq(10001, 12000)]), Me ! done end),
         receive done -> ok end,
         Rest = drain(ets:select(C)),
         Seen = lists:sort([K || K <- First ++ Rest, K =< 5000, K rem 3 =/= 1]),
         {length(Seen), Seen =:= [K || K <- lists:seq(1, 5000), K rem 3 =/= 1]}
     end},
     {"a key that is not there", fun() ->
         T = Fill(ordered_set, 3),
         {ets:next(T, 1.5), ets:prev(T, 2.5), ets:next(T, 99), ets:prev(T, 0), ets:next(T, a), catch_error(fun() -> ets:next(Fill(set, 3), 99) end)}
     end},
     {"numbers that are equal", fun() ->
         O = ets:new(o, [ordered_set]), S = ets:new(s, []),
         [ets:insert(T, [{1, a}, {1.0, b}]) || T <- [O, S]],
         {ets:tab2list(O), lists:sort(ets:tab2list(S)), ets:lookup(O, 1), ets:lookup(S, 1.0), ets:member(O, 1.0)}
     end},
     {"bags keep the order of time", fun() ->
         B = ets:new(b, [bag]), D = ets:new(d, [duplicate_bag]),
         [ets:insert(T, {k, V}) || T <- [B, D], V <- [c, a, b, a, c]],
         {ets:lookup(B, k), ets:lookup(D, k), ets:lookup_element(D, k, 2), ets:delete_object(D, {k, a}), ets:lookup(D, k), ets:take(B, k), ets:info(B, size)}
     end},
     {"folding from both sides", fun() ->
         T = Fill(ordered_set, 5),
         {ets:foldl(fun({K, _}, L) -> [K | L] end, [], T), ets:foldr(fun({K, _}, L) -> [K | L] end, [], T)}
     end},
     {"a fun that deletes the table", fun() ->
         T = Fill(set, 1),
         catch_error(fun() -> ets:foldl(fun(_, _) -> ets:delete(T) end, ok, T) end)
     end}].

walk(_, '$end_of_table', _, N) -> N;
walk(T, K, F, N) -> F(K), walk(T, ets:next(T, K), F, N + 1).

drain('$end_of_table') -> [];
drain({L, C}) -> L ++ drain(ets:select(C)).

rest() ->
    [{"insert is all or nothing", fun() ->
         T = ets:new(t, [ordered_set]),
         {catch_error(fun() -> ets:insert(T, [{a}, {b}, c]) end), ets:tab2list(T), ets:insert_new(T, [{a}, {b}]), ets:insert_new(T, [{c}, {a}]), ets:tab2list(T)}
     end},
     {"counters", fun() ->
         T = ets:new(t, []),
         ets:insert(T, {k, 0, 5}),
         {ets:update_counter(T, k, [{2, 1}, {3, -2}]), ets:update_counter(T, k, {2, 10, 5, 1}), ets:update_counter(T, new, {2, 3}, {x, 1, y}),
          catch_error(fun() -> ets:update_counter(T, k, [{2, 1}, {9, 1}]) end), lists:sort(ets:tab2list(T))}
     end},
     {"many processes count", fun() ->
         T = ets:new(t, [public, {write_concurrency, true}]),
         ets:insert(T, {n, 0}),
         Ps = [scene:watch(spawn(fun() -> [ets:update_counter(T, n, 1) || _ <- lists:seq(1, 1000)] end)) || _ <- lists:seq(1, 10)],
         [scene:wait(P) || P <- Ps],
         ets:lookup(T, n)
     end},
     {"match specifications with many parts", fun() ->
         T = ets:new(t, [ordered_set]),
         ets:insert(T, [{1, a, #{x => 1}}, {2, b, #{x => 2, y => 0}}, {3, {c, 3}, []}]),
         {ets:select(T, [{{'$1', '_', #{x => '$2'}}, [{'<', '$2', 2}], [{{'$1', '$2'}}]}, {{'_', {c, '$1'}, '_'}, [], [['$1' | tail]]}]),
          ets:select(T, [{{'$1', '$2', '_'}, [], ['$$']}]), ets:select(T, [{{'$1', '_', '_'}, [], [{hd, '$1'}]}]), ets:select(T, [{{'$1', '_', '_'}, [{hd, '$1'}], [yes]}]),
          ets:select_count(T, [{{'$1', '_', '_'}, [{'>', '$1', 1}], [true]}]), ets:match(T, {'$2', '$1', '_'}), ets:match_object(T, {'_', b, '_'})}
     end},
     {"fun2ms", fun() ->
         Limit = 1,
         {ok, Ts, _} = erl_scan:string("ets:fun2ms(fun({A, B}) when A > Limit -> {B, A} end)."),
         {ok, Es} = erl_parse:parse_exprs(Ts),
         {value, Spec, _} = erl_eval:exprs(Es, [{'Limit', Limit}]),
         {Spec, catch_error(fun() -> ets:fun2ms(fun(X) -> X end) end)}
     end}] ++ [{io_lib:format("~0p", [Test]), fun() -> tested(Test) end} || Test <- specifications()].

tested({Dialect, Against, Spec}) ->
    case catch erlang:match_spec_test(Against, Spec, Dialect) of
        {error, Problems} -> {error, [{A, lists:flatten(B)} || {A, B} <- Problems]};
        {'EXIT', {R, _}} -> R;
        Other -> Other
    end.

specifications() ->
    [{table,{a,1},[{'_',[],['$_']}]},
     {table,{a,1},[{'$1',[],['$1']}]},
     {table,{a,1},[{a,[],['$1']}]},
     {table,{a,1},[{[],[],[1]}]},
     {table,a,[{'_',[],['$_']}]},
     {table,{a,1},[]},
     {table,{a,1},foo},
     {table,{a,1},[{{'_','_'},[],[]}]},
     {table,{a,1},[{{'_','_'},[],['$1']}]},
     {table,{a,1},[{{'_','_'},['$1'],[1]}]},
     {table,{a,1},[{{'_','_'},[{foo,1}],[1]}]},
     {table,{a,1},[{{'_','_'},[{hd,1,2}],[1]}]},
     {table,{a,1},[{{'_','_'},[true],[{hd,1}]}]},
     {table,{a,1},[{{'_','_'},[{hd,1}],[a]}]},
     {table,{a,1},[{{'_','_'},[],[{1,2}]}]},
     {table,{a,1},[{{'_','_'},[],[{}]}]},
     {table,{a,1},[{{'_','_'},[],[{{}}]}]},
     {table,{a,1},[{{'_','_'},[],[{{1,2},3}]}]},
     {table,{a,1},[{{'_','_'},[],[{const}]}]},
     {table,{a,1},[{{'_','_'},[],[{const,'$1'}]}]},
     {table,{a,1},[{{'_','_'},[],[{const,1,2}]}]},
     {table,{a,1},[{{'$1','$2'},[],['$$']}]},
     {table,{a,1},[{{'$2','$1'},[],['$$']}]},
     {table,{a,1},[{{'_','_'},[],['$$']}]},
     {table,{a,1},[{{'$1','$3'},[],['$$']}]},
     {table,{a,1},[{{'_','_'},[],[[{self}|{node}]]}]},
     {table,{a,1},[{{'_','_'},[],[#{a=>{'+',1,2}}]}]},
     {table,{a,1},[{{'_','_'},[],[#{{'+',1,2}=>1}]}]},
     {table,{a,#{x=>1,y=>2}},[{{'_',#{x=>'$1'}},[],['$1']}]},
     {table,{a,#{x=>1,y=>2}},[{{'_',#{'$1'=>1}},[],['$1']}]},
     {table,{x,#{x=>1,y=>2}},[{{'$1',#{'$1'=>'$2'}},[],['$2']}]},
     {table,{x,#{x=>1,y=>2}},[{{'$1',#{'_'=>'$2'}},[],['$2']}]},
     {table,{1,1.0},[{{'$1','$1'},[],['$1']}]},
     {table,{1,1},[{{'$1','$1'},[],['$1']}]},
     {table,{a,1},[{{'_','_'},[],[1,2,{hd,1},3]}]},
     {table,{a,1},[{{'_','_'},[],[1,2,{hd,1}]}]},
     {table,{a,1},[{{'_','_'},[],[1,'$_'|foo]}]},
     {table,{a,1},[{{'_','_'},foo,[1]}]},
     {table,{a,1},[{{'_','_'},[true|foo],[1]}]},
     {table,{a,1},[{{'_','_'},[],foo}]},
     {table,{a,1},[{{'_','_'},[]}]},
     {table,{a,1},[{{'_','_'},[],[1]}|foo]},
     {table,{a,1},[{{'_','_'},[{'and',true}],[1]}]},
     {table,{a,1},[{{'_','_'},[{'and',true,true,true}],[1]}]},
     {table,{a,1},[{{'_','_'},[{'and'}],[1]}]},
     {table,{a,1},[{{'_','_'},[{'andalso',true,foo}],[1]}]},
     {table,{a,1},[{{'_','_'},[],[{'andalso',true,foo}]}]},
     {table,{a,1},[{{'_','_'},[],[{'andalso',foo,true}]}]},
     {table,{a,1},[{{'_','_'},[],[{'and',foo,true}]}]},
     {table,{a,1},[{{'_','_'},[],[{'orelse',false,foo}]}]},
     {table,{a,1},[{{'_','_'},[],[{'orelse',false}]}]},
     {table,{a,1},[{{'_','_'},[],[{'andalso'}]}]},
     {table,{a,1},[{{'_','_'},[],[{is_record,{{rec,1}},rec,2}]}]},
     {table,{a,1},[{{'_','_'},[],[{is_record,'$_',a}]}]},
     {table,{a,1},[{{'_','_'},[],[{is_record,'$_',a,2}]}]},
     {table,{a,1},[{{'_','_'},[],[{is_record,'$_',{const,a},{const,2}}]}]},
     {table,{a,1},[{{'_','_'},[],["abc"]}]},
     {table,{a,1},[{{'_','_'},[],[<<1>>]}]},
     {table,{a,1},[{{'$0','$100000000'},[],['$$']}]},
     {table,{a,1},[{{'$00','$01'},[],['$$']}]},
     {table,{a,1},[{{'$-1','_'},[],['$_']}]},
     {table,{a,1},[{{'$','_'},[],['$_']}]},
     {table,{a,1},[{{'$a','_'},[],['$_']}]},
     {table,{a,1},[{{'_','_'},[],[{message,1}]}]},
     {table,{a,1},[{{'_','_'},[],[{return_trace}]}]},
     {table,{a,1},[{{'_','_'},[],[{display,1}]}]},
     {table,{a,1},[{{'_','_'},[],[{self,1}]}]},
     {table,{a,1},[{{'_','_'},[],['$a']}]},
     {table,{a,1},[{{'_','_'},[],['_']}]},
     {table,{a,1},[{{'_','_'},['_'],[1]}]},
     {table,{a,[1,2|3]},[{{'_',['$1','$2'|'$3']},[],['$$']}]},
     {table,{a,[1,2,3]},[{{'_',['$1'|'$2']},[],['$$']}]},
     {table,{a,1},[{{'$1','$2'},[],[{is_map_key,a,#{a=>1}}]}]},
     {table,{a,1},[{{'$1','$2'},[],[{map_get,a,#{b=>1}}]}]},
     {table,{a,1},[{{'$1','$2'},[foo],[1]},{{'$1','$2'},[],[2]}]},
     {table,{a,1},[{{'$1','$2'},[],[{'-',1}]}]},
     {table,{a,1},[{{'$1','$2'},[],[{'+',1}]}]},
     {table,{a,1},[{{'$1','$2'},[],[{element,1,'$_'}]}]},
     {trace,[a,1],[{['$1','$2'],[],[]}]},
     {trace,[a,1],[{'_',[],[]}]},
     {trace,[a,1],[{'$1',[],['$1']}]},
     {trace,[a,1],[{{a},[],[]}]},
     {trace,[a,1],[{a,[],[]}]},
     {trace,{a,1},[{'_',[],[]}]},
     {trace,[a,1],[{['_'],[],[]}]},
     {trace,[a,1],[{['_','_'],[false],[]}]},
     {trace,[a,1],[{['_','_'],[],[{message,false}]}]},
     {trace,[a,1],[{['_','_'],[],[{message,hej}]}]},
     {trace,[a,1],[{['_','_'],[],[{return_trace}]}]},
     {trace,[a,1],[{['_','_'],[],[{exception_trace}]}]},
     {trace,[a,1],[{['_','_'],[],[{return_trace},{exception_trace}]}]},
     {trace,[a,1],[{['_','_'],[],['$_']}]},
     {trace,[a,1],[{['_','_'],[],['$*']}]},
     {trace,[a,1],[{['_','_'],[],['$$']}]},
     {trace,[a,1],[{['_','_'],[],['$1']}]},
     {trace,[a,1],[{['_','_'],[{message,1}],[]}]},
     {trace,[a,1],[{['_','_'],[],[{hd,1}]}]},
     {trace,[a,1],[{['_','_'],[{hd,1}],[1]}]},
     {trace,[a,1],[{['_','_'],[],[{caller}]}]},
     {trace,[a,1],[{['_','_'],[],[{caller_line}]}]},
     {trace,[a,1],[{['_','_'],[],[{get_tcw}]}]},
     {trace,[a,1],[{['_','_'],[],[{set_tcw,1}]}]},
     {trace,[a,1],[{['_','_'],[],[{silent,true}]}]},
     {trace,[a,1],[{['_','_'],[],[{trace,[],[]}]}]},
     {trace,[a,1],[{['_','_'],[],[{process_dump}]}]},
     {trace,[a,1],[{['_','_'],[],[{enable_trace,call}]}]},
     {trace,[a,1],[{['_','_'],[],[{is_seq_trace}]}]},
     {trace,[a,1],[{['_','_'],[],[{get_seq_token}]}]}].
