import HTTPTypes

/// What a person sees instead of an answer. All its words stand here; nothing of the request or of what went
/// wrong comes with them. A page that is not there has one of its own, `web/error.html`.
struct FailurePage {
    private let title: String
    private let advice: String

    init(_ failure: RequestFailure) {
        (title, advice) =
            switch failure.status.code {
            case 401: ("You are not logged in", "Log in and try again.")
            case 403: ("This is not allowed", "Open the page anew on this site and try again from there.")
            case 404: ("This page is not here", "The address may be mistyped, or the page is not open to you.")
            case 409: ("Somebody else was first", "Open the page anew to see how things stand.")
            case 413: ("This is too much at once", "Make it shorter and try again.")
            case 429: ("Too many tries", "Wait a while, then try again.")
            case 400..<500: ("This was not understood", "Go back, check what you entered and try again.")
            default: ("This is not possible now", "The trouble is on our side. Try again in a while.")
            }
    }

    var html: String {
        """
        <!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
            <meta name="color-scheme" content="light dark">
            <title>\(title) · Martlet</title>
            <link rel="icon" href="/assets/shared/icon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/assets/shared/theme.css">
            <link rel="stylesheet" href="/assets/shared/base.css">
            <link rel="stylesheet" href="/assets/agent/account.css">
          </head>
          <body>
            <main class="card">
              <h1>\(title)</h1>
              <p class="lead">\(advice)</p>
              <p class="form"><a class="button primary large" href="/">Go to the support chat</a></p>
            </main>
          </body>
        </html>

        """
    }
}
