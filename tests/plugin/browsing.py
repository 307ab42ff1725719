"""A page in a browser, watched."""


class Watched:
    """A page whose errors and requests are written down."""

    def __init__(self, browser, page_file, **options):
        self.context = browser.new_context(**options)
        self.page, self.troubles = self.context.new_page(), []
        self.page.on("console", lambda message: self.troubles.append(message.text))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", self.requested)
        self.address = page_file.as_uri()
        self.page.goto(self.address)

    def requested(self, request):
        if request.url.split("#")[0] != self.address:
            self.troubles.append(f"request of {request.url}")

    def serious(self):
        """What axe finds serious or critical."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [
            (each["id"], each["nodes"][0]["html"])
            for each in found
            if each["impact"] in ("serious", "critical")
        ]

    def overflow(self):
        """By how many pixels the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - innerWidth")


def opened(watched, selector):
    watched.page.wait_for_selector(selector)
    return watched.page
