"""Who is calling."""

from tenancy.caller import NoCaller


class CallerMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.caller = NoCaller()
        return self.get_response(request)
