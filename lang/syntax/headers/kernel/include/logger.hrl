%% The macros of logger: they log with the place where they stand, and take their arguments only if the level is allowed.
-ifndef(LOGGER_HRL).
-define(LOGGER_HRL, true).

-define(LOG_EMERGENCY(X), ?LOG(emergency, X)).
-define(LOG_EMERGENCY(X, Y), ?LOG(emergency, X, Y)).
-define(LOG_EMERGENCY(X, Y, Z), ?LOG(emergency, X, Y, Z)).
-define(LOG_ALERT(X), ?LOG(alert, X)).
-define(LOG_ALERT(X, Y), ?LOG(alert, X, Y)).
-define(LOG_ALERT(X, Y, Z), ?LOG(alert, X, Y, Z)).
-define(LOG_CRITICAL(X), ?LOG(critical, X)).
-define(LOG_CRITICAL(X, Y), ?LOG(critical, X, Y)).
-define(LOG_CRITICAL(X, Y, Z), ?LOG(critical, X, Y, Z)).
-define(LOG_ERROR(X), ?LOG(error, X)).
-define(LOG_ERROR(X, Y), ?LOG(error, X, Y)).
-define(LOG_ERROR(X, Y, Z), ?LOG(error, X, Y, Z)).
-define(LOG_WARNING(X), ?LOG(warning, X)).
-define(LOG_WARNING(X, Y), ?LOG(warning, X, Y)).
-define(LOG_WARNING(X, Y, Z), ?LOG(warning, X, Y, Z)).
-define(LOG_NOTICE(X), ?LOG(notice, X)).
-define(LOG_NOTICE(X, Y), ?LOG(notice, X, Y)).
-define(LOG_NOTICE(X, Y, Z), ?LOG(notice, X, Y, Z)).
-define(LOG_INFO(X), ?LOG(info, X)).
-define(LOG_INFO(X, Y), ?LOG(info, X, Y)).
-define(LOG_INFO(X, Y, Z), ?LOG(info, X, Y, Z)).
-define(LOG_DEBUG(X), ?LOG(debug, X)).
-define(LOG_DEBUG(X, Y), ?LOG(debug, X, Y)).
-define(LOG_DEBUG(X, Y, Z), ?LOG(debug, X, Y, Z)).

-define(LOG(Level, X), ?LOG_IF_ALLOWED(Level, [X])).
-define(LOG(Level, X, Y), ?LOG_IF_ALLOWED(Level, [X, Y])).
-define(LOG(Level, X, Y, Z), ?LOG_IF_ALLOWED(Level, [X, Y, Z])).
-define(LOG_IF_ALLOWED(Level, Args),
        case logger:allow(Level, ?MODULE) of
            true -> apply(logger, macro_log, [?LOG_PLACE, Level | Args]);
            false -> ok
        end).
-define(LOG_PLACE, #{mfa => {?MODULE, ?FUNCTION_NAME, ?FUNCTION_ARITY}, line => ?LINE, file => ?FILE}).

-endif.
